"""Which passwords are guessed first: common words, rows of the keyboard, runs, repetition.

Lists of leaked passwords hold hardly any of 12 characters and more that is not one of these
patterns ("passwort1234", "qwertzuiopasdf", "123456789012"), so the patterns are looked for and the
list holds words, not passwords. Counted is what somebody must guess: a word, a run or a repetition
is one piece whatever its length, any other character is one piece each.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path

LEAST_PIECES = 6
_SHORTEST_WORD, _SHORTEST_RUN = 4, 3

_LIST = Path(__file__).with_name("common_words.txt")
_ROWS = (
    "qwertzuiopü",
    "asdfghjklöä",
    "yxcvbnm",
    "qwertyuiop",
    "zxcvbnm",
    "abcdefghijklmnopqrstuvwxyz",
    "1234567890",
    "0123456789",
    '!"§$%&/()=?',
    "!@#$%^&*()",
    # diagonals, as fingers walk them
    "1q2w3e4r5t6z7u8i9o0p",
    "1q2w3e4r5t6y7u8i9o0p",
    "q1w2e3r4t5z6u7i8o9p0",
    "q1w2e3r4t5y6u7i8o9p0",
    "1qay2wsx3edc4rfv5tgb6zhn7ujm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
    "qayw",
    "qazwsxedcrfvtgb",
    "a1b2c3d4e5f6g7h8i9j0",
)
_RUNS = tuple(row for each in _ROWS for row in (each, each[::-1]))
_DISGUISES = str.maketrans("013457@$!", "oieastasi")  # p4ssw0rt
_REPEATED = re.compile(r"(.+?)\1+")


def is_guessable(password: str, names: Iterable[str] = ()) -> bool:
    """Whether it consists of fewer than `LEAST_PIECES`. `names` are words that count as common
    here: of the person, the product, the networks."""
    text = unicodedata.normalize("NFKC", password).casefold()
    return _pieces(text, common_words() | words_of(names)) < LEAST_PIECES


def words_of(texts: Iterable[str]) -> frozenset[str]:
    """The words of names and addresses that are long enough to count."""
    found = re.findall(r"[^\W\d_]+", " ".join(texts).casefold())
    return frozenset(each for each in found if len(each) >= _SHORTEST_WORD)


@cache
def common_words() -> frozenset[str]:
    lines = _LIST.read_text(encoding="utf-8").splitlines()
    words = " ".join(line for line in lines if not line.startswith("#"))
    return frozenset(words.casefold().split())


def _pieces(text: str, words: frozenset[str]) -> int:
    """The fewest pieces that make up the text: the best split, found from its end."""
    longest = max(map(len, words))
    plain = text.translate(_DISGUISES)
    fewest = [0] * (len(text) + 1)
    for start in range(len(text) - 1, -1, -1):
        ends = {start + 1, _run_end(text, start), _repetition_end(text, start)}
        ends |= {
            end
            for end in range(start + _SHORTEST_WORD, min(len(text), start + longest) + 1)
            if text[start:end] in words or plain[start:end] in words
        }
        fewest[start] = 1 + min(fewest[end] for end in ends)
    return fewest[0]


def _run_end(text: str, start: int) -> int:
    """Where the digits, or the stretch of a keyboard's row, that begin here end."""
    digits = start
    while digits < len(text) and text[digits].isdigit():
        digits += 1
    end = start + _SHORTEST_RUN
    while end <= len(text) and any(text[start:end] in row for row in _RUNS):
        end += 1
    row = end - 1 if end > start + _SHORTEST_RUN else start + 1
    return max(digits, row, start + 1)


def _repetition_end(text: str, start: int) -> int:
    """Where a block that stands here twice or more ends; a long block is hardly one piece."""
    found = _REPEATED.match(text, start)
    if found is None or len(found[1]) > _SHORTEST_WORD:
        return start + 1
    return found.end()
