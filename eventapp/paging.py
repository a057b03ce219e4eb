"""One page of a long list."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Page:
    """Which rows are shown; a number beyond the last page is the last page."""

    asked: int
    total: int
    size: int = 25

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.size))

    @property
    def number(self) -> int:
        return min(max(self.asked, 1), self.pages)

    @property
    def offset(self) -> int:
        return (self.number - 1) * self.size


def asked_page(text: str | None) -> int:
    """The number of a page as an address names it; 1 where it names none."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else 1
