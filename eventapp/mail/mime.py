"""MIME written directly: bodies in standard encodings, headers that nothing typed can break out of.

`email.message.EmailMessage` would take more time than all the rest of a mail together.
"""

import base64
import binascii
import re
from collections.abc import Iterable

_LONGEST_PLAIN = 60  # characters of a header's text
_WORD_BYTES = 39  # of UTF-8 in one encoded word: 64 characters, beside the longest header's name
_PLAIN = re.compile(r"[A-Za-z0-9 .,:;!?&%+*/()'\"\-]*")
_PLAIN_NAME = re.compile(r"[A-Za-z0-9 \-]*")
_TURNS = dict.fromkeys([0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
_ADDRESS = re.compile(r"[!-~]+@[!-~]+")
_SPECIALS = re.compile(r'[()<>\[\]:;,\\"]|@.*@')  # RFC 5322, section 3.2.3


def header(name: str, value: str) -> bytes:
    """A finished line; the value must be ASCII."""
    return f"{name}: {value}\r\n".encode("ascii")


def text(value: str) -> str:
    """A header's free text: as it is where it is short and plain, else as encoded words."""
    line = _one_line(value)
    is_plain = len(line) <= _LONGEST_PLAIN and _PLAIN.fullmatch(line)
    return line if is_plain else _encoded(line)


def mailbox(name: str, address: str) -> str:
    """`Name <address>`; raises `ValueError` as `plain_address` does."""
    line = _one_line(name)
    is_plain = len(line) <= _LONGEST_PLAIN and _PLAIN_NAME.fullmatch(line)
    shown = line if is_plain else _encoded(line)
    return f"{shown}\r\n <{plain_address(address)}>".lstrip()


def _one_line(value: str) -> str:
    """Without what turns the line (Unicode's bidirectional controls) or breaks it."""
    return " ".join(value.translate(_TURNS).split())


def plain_address(address: str) -> str:
    """The address; raises `ValueError` for one that a header could read as something else."""
    if not _ADDRESS.fullmatch(address) or _SPECIALS.search(address):
        raise ValueError("an address that cannot stand in a header")
    return address


def _encoded(line: str) -> str:
    """RFC 2047; each word holds whole characters."""
    words = [b""]
    for character in line:
        raw = character.encode(errors="replace")
        if len(words[-1]) + len(raw) > _WORD_BYTES:
            words.append(b"")
        words[-1] += raw
    return "\r\n ".join(f"=?utf-8?b?{base64.b64encode(word).decode()}?=" for word in words)


def readable(subtype: str, content: str) -> bytes:
    """A text as quoted-printable, which people can read in the source too."""
    lines = "\r\n".join(content.splitlines()) + "\r\n"
    return b"".join(
        (
            header("Content-Type", f"text/{subtype}; charset=utf-8"),
            header("Content-Transfer-Encoding", "quoted-printable"),
            b"\r\n",
            binascii.b2a_qp(lines.encode(errors="replace"), istext=True),
        )
    )


def binary(content_type: str, content: bytes, **headers: str) -> bytes:
    """Anything as base64; `content_disposition` becomes `Content-Disposition`."""
    named = (header(name.replace("_", "-").title(), value) for name, value in headers.items())
    return b"".join(
        (
            header("Content-Type", content_type),
            header("Content-Transfer-Encoding", "base64"),
            *named,
            b"\r\n",
            base64.encodebytes(content).replace(b"\n", b"\r\n"),
        )
    )


def multipart(subtype: str, parts: Iterable[bytes]) -> bytes:
    """Parts in a frame; a single part needs none.

    No encoding of ours produces `=_`, so that no content can hold a boundary. Each kind of
    multipart occurs once in a mail.
    """
    found = list(parts)
    if len(found) == 1:
        return found[0]
    boundary = f"=_{subtype}"
    opening = f"--{boundary}\r\n".encode()
    head = header("Content-Type", f'multipart/{subtype}; boundary="{boundary}"')
    body = b"".join(piece for part in found for piece in (opening, part, b"\r\n"))
    return b"".join((head, b"\r\n", body, f"--{boundary}--\r\n".encode()))
