"""What the database is asked."""

from collections.abc import Iterator
from contextlib import contextmanager
from shutil import rmtree

from sqlalchemy import event

from eventapp import kept_copies, sitecache
from eventapp.db import db
from eventapp.feeds import build
from eventapp.networks import printed


@contextmanager
def counted(*, emptied: bool = True) -> Iterator[list[str]]:
    """The statements that are run inside the block, caches emptied before."""
    if emptied:
        sitecache.clear_all()
        build._fragments.clear()
        printed._drawn.cache_clear()
        if kept_copies._folder is not None:
            rmtree(kept_copies._folder, ignore_errors=True)
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
