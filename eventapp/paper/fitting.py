"""How a name fits on a badge: never below 24 points, so that it is read from three metres. Pure.

First names and surname begin on lines of their own, and the largest size counts with which both
fit, broken at spaces and after hyphens only. Where they do not even at 24 points, these help, in
this order, and each is tried in every room that is offered:
1. the title goes;
2. letters become narrower, down to three quarters;
3. words break inside with a hyphen, where a syllable seems to begin: it looks like a double name;
4. the lines stand closer, and first names and surname share a line.
A name of 60 letters is whole after that on every format. Of what is longer still, further first
names become initials, then only the first one stays, then small words of the surname become
initials (`v. u. z.`), then go; at last it ends with `…`. The sheet to sign and the door list hold
every name whole.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import product
from pathlib import Path

from PIL import ImageFont

SMALLEST = 24.0  # points
STEP = 2.0
LESS = 4.0  # points that a line less is worth
LINE, CLOSE = 1.14, 1.02  # of the size, from line to line
LEAST = 3  # letters on each side of a hyphen that we put in
POINTS = 72 / 25.4  # a millimetre
SOFT = "\N{SOFT HYPHEN}"

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

    def lines(self, size: float, line: float = LINE) -> int:
        return int(self.height / (size * line) + 0.001)

    def widths(self, size: float, line: float = LINE) -> Widths:
        return lambda number: (
            self.width if (number + 1) * size * line <= self.full + 0.001 else self.narrow
        )


@dataclass(frozen=True)
class _Means:
    """How far one goes to set a name in the smallest type."""

    squeeze: float = 1.0  # of the width of a letter
    may_break: bool = False
    line: float = LINE
    is_dense: bool = False  # all that follows is set as one text

    def widths(self, room: Room) -> Widths:
        """As if the letters had their usual width."""
        usual = room.widths(SMALLEST, self.line)
        return lambda number: usual(number) / self.squeeze


_NARROWER = (0.95, 0.9, 0.85, 0.8, 0.75)
_MEANS = (  # what is tried in every room before the next
    [_Means(squeeze) for squeeze in (1.0, *_NARROWER)],
    [_Means(squeeze, may_break=True) for squeeze in (1.0, *_NARROWER)],
    [_Means(squeeze, may_break=True, line=CLOSE) for squeeze in _NARROWER],
    [_Means(squeeze, may_break=True, line=CLOSE, is_dense=True) for squeeze in _NARROWER],
)


@dataclass(frozen=True)
class Fitted:
    """`squeeze` of the width of a letter, `line` of the size from line to line."""

    lines: tuple[str, ...]
    size: float
    is_whole: bool  # nothing was left out but a title
    squeeze: float = 1.0
    line: float = LINE

    @property
    def height(self) -> float:
        return len(self.lines) * self.size * self.line


def fit_name(name: Name, rooms: Sequence[Room], largest: float) -> Fitted:
    """The name in lines that each fit, as large as it goes; the earlier room where several do."""
    found = _large(name, rooms, largest)
    for number, parts in enumerate(_variants(name)):
        found = found or _small(parts, rooms, is_whole=number == 0)
    return found or _cut(name, rooms[-1])


def _large(name: Name, rooms: Sequence[Room], largest: float) -> Fitted | None:
    """With nothing but the size to choose; without the title only where it does not fit with it."""
    for room, parts in product(rooms, _starts(name)):
        fitting = (
            Fitted(tuple(lines), size, is_whole=True)
            for size in _sizes(largest)
            if (lines := _fill(parts, room.widths(size), size, may_break=False)) is not None
            and len(lines) <= room.lines(size)
        )
        found = next(fitting, None)
        if found:
            near = (each for each in fitting if each.size >= found.size - LESS)
            return min([found, *near], key=lambda each: len(each.lines))
    return None


def _small(parts: Sequence[str], rooms: Sequence[Room], *, is_whole: bool) -> Fitted | None:
    """In the smallest type, with the gentlest means that is enough."""
    for alike, room in product(_MEANS, rooms):
        for means in alike:
            lines = _set(parts, room, means)
            if lines is not None:
                return Fitted(tuple(lines), SMALLEST, is_whole, means.squeeze, means.line)
    return None


def _set(parts: Sequence[str], room: Room, means: _Means) -> list[str] | None:
    together = [" ".join(parts)] if means.is_dense else parts
    lines = _fill(
        together,
        means.widths(room),
        SMALLEST,
        may_break=means.may_break,
        is_dense=means.is_dense,
    )
    fits = lines is not None and len(lines) <= room.lines(SMALLEST, means.line)
    return lines if fits else None


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


def _starts(name: Name) -> list[list[str]]:
    """All of the name, with its title and without."""
    return [
        [part for part in (start.strip(), name.last) if part]
        for start in dict.fromkeys((f"{name.title} {name.first}".strip(), name.first))
    ]


def _variants(name: Name) -> list[list[str]]:
    """The parts to set, from all of the name to less and less."""
    first, *further = name.first.split() or [""]
    shorter = " ".join([first, *(f"{each[0]}." for each in further)])
    large = " ".join(each for each in name.last.split() if not each.islower())
    small = " ".join(f"{each[0]}." if each.islower() else each for each in name.last.split())
    pairs = (
        (name.first, name.last),
        (shorter, name.last),
        (first, name.last),
        (first, small),
        (first, large or name.last),
    )
    return [[part for part in pair if part] for pair in dict.fromkeys(pairs)]


def _cut(name: Name, room: Room) -> Fitted:
    means = _MEANS[-1][-1]
    widths, most = means.widths(room), max(room.lines(SMALLEST, means.line), 1)
    parts = [" ".join(_variants(name)[-1])]
    lines = _fill(parts, widths, SMALLEST, may_break=True, is_dense=True) or [""]
    kept = lines[:most]
    ended = _ended(kept[-1], widths(len(kept) - 1), SMALLEST)
    return Fitted((*kept[:-1], ended), SMALLEST, False, means.squeeze, means.line)


def _ended(line: str, width: float, size: float, weight: int = 600) -> str:
    """The line with `…` at its end."""
    text = line.rstrip("-")
    while text and text_width(f"{text}…", size, weight) > width:
        text = text[:-1]
    return f"{text.rstrip()}…"


def _fill(
    parts: Sequence[str],
    widths: Widths,
    size: float,
    *,
    may_break: bool,
    is_dense: bool = False,
    weight: int = 600,
) -> list[str] | None:
    """The parts in lines, each part from a line of its own; None where a word does not fit. A dense
    one also begins a word that has to be broken at the end of a line."""
    lines: list[str] = []
    for part in parts:
        line = ""
        for piece, has_space in _pieces(part):
            joined = f"{line} {piece}" if line and has_space else f"{line}{piece}"
            if text_width(joined, size, weight) <= widths(len(lines)):
                line = joined
                continue
            rest = piece
            if line and is_dense and text_width(piece, size, weight) > widths(len(lines) + 1):
                head, left = _broken(joined, widths(len(lines)), size, weight)
                if len(head) > len(line) + LEAST + 1:
                    line, rest = head, left
            if line:
                lines.append(line)
            line = rest
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


def with_soft_hyphens(word: str) -> str:
    """The word with a soft hyphen wherever a syllable seems to begin, for those who set it."""
    inner = range(LEAST, len(word) - LEAST)
    return "".join(
        f"{SOFT}{letter}" if at in inner and _begins_syllable(word, at) else letter
        for at, letter in enumerate(word)
    )


def _begins_syllable(word: str, at: int) -> bool:
    """A consonant before a vowel, but for the end of `ch`, `sch`, `ph`, `th`, `ck`, `st`."""
    before, here, after = word[at - 1].lower(), word[at].lower(), word[at + 1].lower()
    is_pair = here + before in ("hc", "hp", "ht", "kc", "ts")
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
