"""In short words, from what kind of browser somebody logged in; a hint for recognising, no proof.

The User-Agent itself is not kept: it tells more of a person than they need to be told.
"""

# The first that stands in the text names it, so whoever borrows another's name stands before it.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Vivaldi/", "Vivaldi"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def kind_of_browser(user_agent: str) -> tuple[str | None, str | None]:
    """("Firefox", "Windows"); None for what it does not say."""
    return _named(_BROWSERS, user_agent), _named(_SYSTEMS, user_agent)


def _named(names: tuple[tuple[str, str], ...], text: str) -> str | None:
    return next((name for mark, name in names if mark in text), None)
