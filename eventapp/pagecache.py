"""Pages rendered once per state of their source, with slots for what differs between requests.

A template marks what varies with `{{ slot("name") }}`. The page is rendered once, cut at the slots,
and filled anew for each request: a fresh sign-up form then costs a join, not a rendering.
"""

import re
import secrets
from collections.abc import Callable, Mapping

from markupsafe import Markup

_BEGIN = f"\ue000{secrets.token_hex(8)}:"  # drawn anew by each process: nobody can type it
_END = "\ue001"
_CUT = re.compile(f"{_BEGIN}([^{_END}]*){_END}")


def slot(name: str) -> Markup:
    """The mark that a template leaves where a value will be filled in."""
    return Markup(f"{_BEGIN}{name}{_END}")


class Skeleton:
    """A rendered page cut at its slots."""

    def __init__(self, html: str) -> None:
        pieces = _CUT.split(html)
        self._texts, self._names = pieces[0::2], pieces[1::2]

    @property
    def slots(self) -> set[str]:
        return set(self._names)

    def fill(self, values: Mapping[str, str]) -> str:
        """The page with its slots filled; every value must already be safe HTML."""
        parts = [self._texts[0]]
        for name, text in zip(self._names, self._texts[1:], strict=True):
            parts += (values[name], text)
        return "".join(parts)


class SkeletonCache:
    """Skeletons by key, each as long as what it was rendered from is the same object."""

    def __init__(self, most: int = 500) -> None:
        self._most = most
        self._kept: dict[object, tuple[object, Skeleton]] = {}

    def get(self, source: object, key: object, render: Callable[[], str]) -> Skeleton:
        """The skeleton of `source`: a definition that its own cache replaces when it changes."""
        kept = self._kept.get(key)
        if kept is None or kept[0] is not source:
            if len(self._kept) >= self._most:
                self._kept.clear()
            kept = self._kept[key] = (source, Skeleton(render()))
        return kept[1]
