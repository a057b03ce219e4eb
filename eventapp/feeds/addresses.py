"""A feed's address as people copy it and as their programs open it."""

from dataclasses import dataclass

from flask import current_app

from eventapp.languages import present_language


@dataclass(frozen=True)
class FeedAddress:
    """`anchor` is the end of the address of its instructions, empty for a personal one."""

    label: str
    https: str
    webcal: str
    anchor: str = ""


def feed_address(label: str, path: str, anchor: str = "") -> FeedAddress:
    """Of the feed at this path, in the reader's language."""
    query = "?lang=en" if present_language() == "en" else ""
    scheme, _, host = current_app.config["SETTINGS"].public_url.partition("://")
    return FeedAddress(
        label, f"{scheme}://{host}{path}{query}", f"webcal://{host}{path}{query}", anchor
    )
