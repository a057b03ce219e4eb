"""How a table fits on paper: upright or across, how large the type, how wide each column. Pure.

A width is reckoned in letters; Fira Sans takes about half an em for one. Where a word is wider than
its column it may break anywhere.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

UPRIGHT, ACROSS = 510.0, 757.0  # points between the margins of A4
EM = 0.54  # the width of a letter
PADDING = 6.0  # points between two columns
NARROWEST, WIDEST = 4, 30  # letters that a column is given gladly
SAMPLE = 400  # rows that are looked at
LONGEST = 500  # letters of one cell on paper; a few hundred endless ones cost gigabytes to set

_SIZES = (
    (UPRIGHT, 10.0),
    (UPRIGHT, 9.0),
    (ACROSS, 9.0),
    (ACROSS, 8.0),
    (ACROSS, 7.0),
    (ACROSS, 6.0),
)
_WORDS = re.compile(r"\S+")
_FOUR = re.compile(r"\S{4}")


@dataclass(frozen=True)
class Layout:
    is_across: bool
    size: float  # of the type, points
    shares: tuple[float, ...]  # of the width
    letters: tuple[float, ...]  # that fit beside each other in each column


def lay_out(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> Layout:
    """The largest type with which all columns get what they like; else the smallest there is."""
    wishes = [
        _wish(heading, [row[number] for row in rows[:SAMPLE]])
        for number, heading in enumerate(headings)
    ]
    padding = PADDING * len(wishes)
    fitting = (
        (width, size) for width, size in _SIZES if sum(wishes) * EM * size + padding <= width
    )
    width, size = next(fitting, _SIZES[-1])
    for_one = (width - padding) / sum(wishes) / (EM * size)
    return Layout(
        is_across=width == ACROSS,
        size=size,
        shares=tuple(wish * for_one * EM * size + PADDING for wish in wishes),
        letters=tuple(wish * for_one for wish in wishes),
    )


def shortened(text: str) -> str:
    """What paper shows of a long text; the other formats hold it whole."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def breakable(text: str, letters: float) -> str:
    """The text with places to break in each word that is wider than so many letters."""
    return _WORDS.sub(lambda word: _broken(word[0], letters), text)


def _broken(word: str, letters: float) -> str:
    return word if _width(word) <= letters else _FOUR.sub("\\g<0>\u200b", word)


def _wish(heading: str, cells: Sequence[str]) -> float:
    """The longest word, but for one in twenty, and half of the longest text."""
    words = sorted(max(map(_width, cell.split()), default=0) for cell in cells)
    texts = sorted(map(len, cells))
    usual = int(len(cells) * 0.95)
    word = max(map(_width, heading.split()), default=0)
    if cells:
        word = max(word, words[min(usual, len(words) - 1)])
        word = max(word, texts[min(usual, len(texts) - 1)] / 2)
    return min(max(word, NARROWEST), WIDEST)


def _width(word: str) -> float:
    """In letters; capitals are wider."""
    return len(word) + 0.3 * sum(map(str.isupper, word))
