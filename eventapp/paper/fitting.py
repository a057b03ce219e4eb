"""How a name fits on a badge: never below 24 points, so that it is read from three metres. Pure.

The rules, in this order:
1. First names and surname begin on lines of their own. The largest size counts with which both
   fit, broken at spaces and after hyphens only.
2. Where they do not even at 24 points, the title goes; then further first names become initials;
   then only the first one stays; then small words of the surname become initials (`v. u. z.`),
   then go.
3. Where a word alone is wider than its line, it breaks inside with a hyphen, where a syllable seems
   to begin; again with all of the name first.
4. At last the surname ends with `…`; the sheet to sign and the door list hold it whole.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from PIL import ImageFont

SMALLEST = 24.0  # points
STEP = 2.0
LINE = 1.14  # of the size, from line to line; the templates set the same
LEAST = 3  # letters on each side of a hyphen that we put in
POINTS = 72 / 25.4  # a millimetre

_FONTS = Path(__file__).resolve().parent.parent / "static" / "vendor" / "fira-sans-pdf"
_UNITS = 1000
_VOWELS = "aeiouyäöüáéíóúàèìòùâêîôûãåæøœ"
_PIECES = re.compile(r"[^\s-]*-+|[^\s-]+")

Widths = Callable[[int], float]  # of a line by its number, points


@dataclass(frozen=True)
class Name:
    title: str
    first: str
    last: str


@dataclass(frozen=True)
class Room:
    """Where a name may stand, in points: whole lines down to `full`, then beside the code."""

    width: float
    height: float
    full: float
    narrow: float

    def lines(self, size: float) -> int:
        return int(self.height / (size * LINE) + 0.001)

    def widths(self, size: float) -> Widths:
        return lambda number: (
            self.width if (number + 1) * size * LINE <= self.full + 0.001 else self.narrow
        )


@dataclass(frozen=True)
class Fitted:
    lines: tuple[str, ...]
    size: float
    is_whole: bool  # nothing was left out

    @property
    def height(self) -> float:
        return len(self.lines) * self.size * LINE


def fit_name(name: Name, room: Room, largest: float) -> Fitted:
    """The name in lines that each fit, as large as it goes."""
    whole = next(_variants(name))
    for parts in _variants(name):
        for size in _sizes(largest):
            lines = _fill(parts, room.widths(size), size, may_break=False)
            if lines is not None and len(lines) <= room.lines(size):
                return Fitted(tuple(lines), size, is_whole=parts == whole)
    for parts in _variants(name):
        lines = _fill(parts, room.widths(SMALLEST), SMALLEST, may_break=True) or []
        if len(lines) <= room.lines(SMALLEST):
            return Fitted(tuple(lines), SMALLEST, is_whole=parts == whole)
    return Fitted(tuple(_cut(name, room)), SMALLEST, is_whole=False)


def fit_text(text: str, width: float, size: float, most: int) -> list[str]:
    """A text of the usual weight in at most so many lines, the last one cut where it has to be."""
    lines = _fill([text], lambda _number: width, size, may_break=True, weight=400) or []
    if len(lines) <= most:
        return lines
    return [*lines[: most - 1], _ended(lines[most - 1], width, size, weight=400)] if most else []


def _sizes(largest: float) -> Iterator[float]:
    size = largest
    while size > SMALLEST:
        yield size
        size -= STEP
    yield SMALLEST


def _variants(name: Name) -> Iterator[list[str]]:
    """The parts to set, from all of the name to less and less."""
    first, *further = name.first.split() or [""]
    shorter = " ".join([first, *(f"{each[0]}." for each in further)])
    large = " ".join(each for each in name.last.split() if not each.islower())
    small = " ".join(f"{each[0]}." if each.islower() else each for each in name.last.split())
    seen: list[list[str]] = []
    for start, last in (
        (f"{name.title} {name.first}", name.last),
        (name.first, name.last),
        (shorter, name.last),
        (first, name.last),
        (first, small),
        (first, large or name.last),
    ):
        parts = [part for part in (start.strip(), last) if part]
        if parts not in seen:
            seen.append(parts)
            yield parts


def _cut(name: Name, room: Room) -> list[str]:
    widths, most = room.widths(SMALLEST), max(room.lines(SMALLEST), 1)
    lines = _fill(list(_variants(name))[-1], widths, SMALLEST, may_break=True) or [""]
    kept = lines[:most]
    return [*kept[:-1], _ended(kept[-1], widths(most - 1), SMALLEST)]


def _ended(line: str, width: float, size: float, weight: int = 600) -> str:
    """The line with `…` at its end."""
    text = line.rstrip("-")
    while text and text_width(f"{text}…", size, weight) > width:
        text = text[:-1]
    return f"{text.rstrip()}…"


def _fill(
    parts: Sequence[str], widths: Widths, size: float, *, may_break: bool, weight: int = 600
) -> list[str] | None:
    """The parts in lines, each part from a line of its own; None where a word does not fit."""
    lines: list[str] = []
    for part in parts:
        line = ""
        for piece, has_space in _pieces(part):
            joined = f"{line} {piece}" if line and has_space else f"{line}{piece}"
            if text_width(joined, size, weight) <= widths(len(lines)):
                line = joined
                continue
            if line:
                lines.append(line)
            line = piece
            while text_width(line, size, weight) > widths(len(lines)):
                if not may_break:
                    return None
                head, line = _broken(line, widths(len(lines)), size, weight)
                lines.append(head)
        lines.append(line)
    return lines


def _pieces(text: str) -> Iterator[tuple[str, bool]]:
    """What stays together, and whether a space stands before it."""
    end = 0
    for found in _PIECES.finditer(text):
        yield found[0], found.start() > end
        end = found.end()


def _broken(word: str, width: float, size: float, weight: int) -> tuple[str, str]:
    """As much of the word as fits with a hyphen, and the rest."""
    most = len(word) - LEAST
    while most > LEAST and text_width(f"{word[:most]}-", size, weight) > width:
        most -= 1
    starts = (at for at in range(most, max(LEAST, most // 2), -1) if _begins_syllable(word, at))
    at = max(next(starts, most), 1)
    return f"{word[:at].rstrip('-')}-", word[at:]


def _begins_syllable(word: str, at: int) -> bool:
    """A consonant before a vowel, but for the end of `ch`, `sch`, `ph`, `th`, `ck`."""
    before, here, after = word[at - 1].lower(), word[at].lower(), word[at + 1].lower()
    is_pair = here + before in ("hc", "hp", "ht", "kc")
    return here not in _VOWELS and after in _VOWELS and not is_pair and here.isalpha()


def text_width(text: str, size: float, weight: int = 600) -> float:
    """In points; letters that Fira Sans lacks are taken as wide ones."""
    return _width(text, weight) * size / _UNITS


@lru_cache(maxsize=8192)
def _width(text: str, weight: int) -> float:
    return sum(_letter(each, weight) for each in unicodedata.normalize("NFC", text))


@lru_cache(maxsize=4096)
def _letter(letter: str, weight: int) -> float:
    if unicodedata.combining(letter):
        return 0.0
    return max(_font(weight).getlength(letter), 200.0)


@cache
def _font(weight: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(_FONTS / f"fira-sans-{weight}.ttf"), _UNITS)
