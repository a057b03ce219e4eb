"""Last good copies on disk, by SHA-256 of the address: what is served when all else fails.

What belongs to one person is sealed with the token in its address, which is stored nowhere beside
it: whoever has only the disk reads nothing.
"""

import gzip
import logging
import os
import secrets
import zlib
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

log = logging.getLogger(__name__)

_END = b"END:VCALENDAR\r\n"
_GZIP = b"\x1f\x8b"
_NONCE_BYTES = 12


@dataclass(frozen=True)
class Copy:
    """A body as it was once served, with its tag and time. Given compressed to `keep` it is found
    plain: fewer bytes are written on every edit."""

    tag: str
    modified_at: datetime
    body: bytes


_folder: Path | None = None


def use(data_dir: Path) -> None:
    """Say where this process keeps its copies (done once, at start)."""
    global _folder
    _folder = data_dir / "feeds"


def keep(address: str, copy: Copy, token: str = "") -> None:
    """Store the copy, sealed if the address has a token; a full disk is noted and otherwise does
    no harm."""
    path = _path(address)
    draft = path.with_name(f".{path.name}-{os.getpid()}-{secrets.token_hex(4)}")
    content = f"{copy.tag}\n{copy.modified_at.isoformat()}\n".encode() + copy.body
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(_sealed(content, token) if token else content)
        draft.replace(path)
    except OSError as error:
        log.warning("no last good copy of a feed: %s", error)
        with suppress(OSError):
            draft.unlink()


def find(address: str, token: str = "") -> Copy | None:
    """The last good copy, if there is a whole one."""
    try:
        content = _path(address).read_bytes()
        tag, modified_at, body = (_opened(content, token) if token else content).split(b"\n", 2)
        plain = gzip.decompress(body) if body.startswith(_GZIP) else body
        copy = Copy(tag.decode(), datetime.fromisoformat(modified_at.decode()), plain)
    except (OSError, ValueError, EOFError, zlib.error, InvalidTag):
        return None
    return copy if plain.endswith(_END) else None


def forget(address: str) -> None:
    """Delete the copy: the address is unknown, withdrawn or erased."""
    try:
        _path(address).unlink(missing_ok=True)
    except OSError as error:
        log.warning("a last good copy stays: %s", error)


def _path(address: str) -> Path:
    if _folder is None:
        raise RuntimeError("kept_copies.use() has not been called")
    return _folder / sha256(address.encode()).hexdigest()


def _sealed(content: bytes, token: str) -> bytes:
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + _box(token).encrypt(nonce, content, None)


def _opened(content: bytes, token: str) -> bytes:
    return _box(token).decrypt(content[:_NONCE_BYTES], content[_NONCE_BYTES:], None)


def _box(token: str) -> AESGCM:
    """Another key than the hash by which the token is found; 128 random bits need no slow one."""
    return AESGCM(sha256(b"kept copy:" + token.encode()).digest())
