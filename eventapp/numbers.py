"""Numbers as they come from outside."""


def number_in(text: str | None, otherwise: int) -> int:
    """The whole number that a field or an address names, as large as a column holds; `otherwise`
    for anything else."""
    if text and text.isascii() and text.isdigit() and len(text) < 10:
        return int(text)
    return otherwise
