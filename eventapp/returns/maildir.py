"""A mailbox as files (Maildir) in which a mail server puts what came back.

A file leaves `new/` when all that follows from it is committed, never before: whoever dies before
leaves it for the next look, and two who look at once do everything once. So nothing is claimed, and
no claim can be left over. What was dealt with counts as read in `cur/`; what somebody wrote stays
unread there, for whoever opens the mailbox with a mail program.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from eventapp.returns.receiving import AWAY, MOST_BYTES, Taken, What

log = logging.getLogger(__name__)

AT_ONCE = 500  # files of one look

Take = Callable[[bytes, str | None], Taken]

_READ, _UNREAD, _FLAGGED = ":2,S", ":2,", ":2,F"


def prepare(maildir: Path) -> None:
    """Make the folders that are missing."""
    for name in ("tmp", "new", "cur"):
        (maildir / name).mkdir(mode=0o700, parents=True, exist_ok=True)


def look(maildir: Path, take: Take) -> int:
    """Take what is new; how many were dealt with. With the database away the rest stays."""
    handled = 0
    for path in _new(maildir):
        try:
            flags = _flags(path, take)
        except FileNotFoundError:
            continue  # somebody else was faster
        except OSError as error:
            log.warning("%s cannot be opened: %s", path.name, error.strerror)
            continue
        except AWAY as error:
            log.warning("mails wait in %s: %s", maildir, type(error).__name__)
            return handled
        with suppress(FileNotFoundError):
            path.rename(maildir / "cur" / f"{path.name.partition(':')[0]}{flags}")
            handled += 1
    return handled


def _new(maildir: Path) -> Iterator[Path]:
    """Oldest first; names begin with the second of their arrival."""
    names = sorted(path.name for path in (maildir / "new").iterdir() if path.name[0] != ".")
    return (maildir / "new" / name for name in names[:AT_ONCE])


def _flags(path: Path, take: Take) -> str:
    """What becomes of it, as flags of its name in `cur/`."""
    if path.stat().st_size > MOST_BYTES:
        return _UNREAD
    raw = path.read_bytes()
    try:
        taken = take(raw, None)
    except AWAY:
        raise
    except Exception:
        log.exception("%s cannot be read; it is flagged in cur/", path.name)
        return _FLAGGED
    return _UNREAD if taken.what == What.LETTER else _READ
