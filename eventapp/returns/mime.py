"""A mail that anybody may have written, read in bounded time: nothing raises or recurses deep.

Not the standard library's `email`: it looks for every open boundary at every line, and goes as
deep as a mail likes. For 300 multiparts in one another and 300 KB of lines it takes seconds (for
2 MB half a minute, in which nothing else is read); at 2,000 it raises `RecursionError`. This one
looks at each byte once per level, at most `MOST_DEPTH` times. Charsets that decode slowly
(punycode) are not known to it.
"""

import binascii
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

MOST_BYTES = 2_000_000  # looked at; a report quotes the head of a mail before its attachments
MOST_HEAD = 64_000
MOST_VALUE = 2_000  # characters of one header
MOST_PARTS = 60
MOST_DEPTH = 6

_END_OF_HEAD = re.compile(rb"\r?\n\r?\n")
_FOLD = re.compile(r"\r?\n[ \t]+")
_LINE = re.compile(r"([!-9;-~]+)[ \t]*:[ \t]*(.*)")
_PARAMETER = re.compile(r';\s*([\w-]+)\s*=\s*(?:"([^"]*)"|([^\s;"]+))')
_CHARSETS = {"utf-8", "us-ascii", "iso-8859-1", "iso-8859-15", "windows-1252"}


@dataclass(frozen=True)
class Part:
    """A mail or a part of one. `headers` have names in lower case, and are unfolded."""

    headers: Mapping[str, tuple[str, ...]]
    content_type: str  # "text/plain"
    parameters: Mapping[str, str]  # of the Content-Type
    body: bytes = b""  # as it travelled
    parts: tuple["Part", ...] = field(default=())

    def header(self, name: str) -> str:
        """The first of this name, or nothing."""
        return next(iter(self.headers.get(name, ())), "")

    def walk(self) -> Iterator["Part"]:
        yield self
        for part in self.parts:
            yield from part.walk()

    @property
    def content(self) -> bytes:
        """What was encoded for the way."""
        encoding = self.header("content-transfer-encoding").strip().lower()
        if encoding == "base64":
            return _from_base64(self.body)
        return binascii.a2b_qp(self.body) if encoding == "quoted-printable" else self.body

    @property
    def text(self) -> str:
        named = self.parameters.get("charset", "").lower()
        return self.content.decode(named if named in _CHARSETS else "utf-8", "replace")


def read(raw: bytes) -> Part:
    """The whole mail, as far as it is looked at."""
    return _read(raw[:MOST_BYTES], MOST_DEPTH)


def read_head(raw: bytes) -> Mapping[str, tuple[str, ...]]:
    """The headers at the beginning of it."""
    found: dict[str, tuple[str, ...]] = {}
    for line in _FOLD.sub(" ", raw[:MOST_HEAD].decode("utf-8", "replace")).splitlines():
        if not line:
            break
        named = _LINE.match(line[:MOST_VALUE])
        if named:
            name = named[1].lower()
            found[name] = (*found.get(name, ()), named[2])[:MOST_PARTS]
    return found


def _read(raw: bytes, depth: int) -> Part:
    head, body = _split_head(raw)
    headers = read_head(head)
    said = next(iter(headers.get("content-type", ())), "")
    content_type = said.partition(";")[0].strip().lower() or "text/plain"
    parameters = {name.lower(): quoted or plain for name, quoted, plain in _PARAMETER.findall(said)}
    leaf = Part(headers, content_type, parameters, body)
    if depth == 0:
        return leaf
    parts = tuple(_read(each, depth - 1) for each in _children(leaf))
    return Part(headers, content_type, parameters, body, parts)


def _split_head(raw: bytes) -> tuple[bytes, bytes]:
    if raw.startswith((b"\n", b"\r\n")):
        return b"", raw.lstrip(b"\r\n")
    end = _END_OF_HEAD.search(raw, 0, MOST_HEAD)
    return (raw[: end.start()], raw[end.end() :]) if end else (raw[:MOST_HEAD], b"")


def _children(part: Part) -> list[bytes]:
    """What is in it: the parts of a multipart, the mail in a mail."""
    if part.content_type in ("message/rfc822", "message/global"):
        return [part.content]
    boundary = part.parameters.get("boundary", "")
    if not part.content_type.startswith("multipart/") or not boundary:
        return []
    line = rb"(?:^|\n)--" + re.escape(boundary.encode()) + rb"(?:--)?[ \t]*(?:\r?\n|\r?$)"
    return re.split(line, part.body, maxsplit=MOST_PARTS)[1:]


def _from_base64(body: bytes) -> bytes:
    """As much of it as can be read."""
    letters = re.sub(rb"[^A-Za-z0-9+/]", b"", body)
    return binascii.a2b_base64(letters[: len(letters) // 4 * 4] + _rest(letters))


def _rest(letters: bytes) -> bytes:
    rest = letters[len(letters) // 4 * 4 :]
    return rest.ljust(4, b"=") if len(rest) > 1 else b""
