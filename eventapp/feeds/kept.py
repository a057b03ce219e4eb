"""Last good copies on disk, by SHA-256 of the address: what is served when all else fails."""

import logging
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

log = logging.getLogger(__name__)

_END = b"END:VCALENDAR\r\n"


@dataclass(frozen=True)
class Copy:
    """A body as it was once served, with its tag and time."""

    tag: str
    modified_at: datetime
    body: bytes


def keep(data_dir: Path, address: str, copy: Copy) -> None:
    """Store the copy; a full disk is noted and otherwise does no harm."""
    path = _path(data_dir, address)
    draft = path.with_name(f".{path.name}-{os.getpid()}-{secrets.token_hex(4)}")
    content = f"{copy.tag}\n{copy.modified_at.isoformat()}\n".encode() + copy.body
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(content)
        draft.replace(path)
    except OSError as error:
        log.warning("no last good copy of %s: %s", address, error)
        with suppress(OSError):
            draft.unlink()


def find(data_dir: Path, address: str) -> Copy | None:
    """The last good copy, if there is a whole one."""
    try:
        tag, modified_at, body = _path(data_dir, address).read_bytes().split(b"\n", 2)
        copy = Copy(tag.decode(), datetime.fromisoformat(modified_at.decode()), body)
    except (OSError, ValueError):
        return None
    return copy if body.endswith(_END) else None


def forget(data_dir: Path, address: str) -> None:
    """Delete the copy: the address is unknown, withdrawn or erased."""
    _path(data_dir, address).unlink(missing_ok=True)


def _path(data_dir: Path, address: str) -> Path:
    return data_dir / "feeds" / sha256(address.encode()).hexdigest()
