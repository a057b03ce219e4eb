"""The cache of what is public: an old value is never filed under a newer revision."""

from collections.abc import Callable

import pytest

from eventapp.clock import now
from eventapp.db import reading, transaction
from eventapp.sitecache import SiteCache, bump, site_revision


@pytest.mark.usefixtures("app")
def test_a_reader_overtaken_by_an_edit_leaves_nothing_stale() -> None:
    overtaking: list[Callable[[], None]] = []

    class Limit(int):
        """Compared between the look at the revision and the use of what is kept."""

        def __le__(self, other: int) -> bool:
            while overtaking:
                overtaking.pop()()
            return int(self) <= other

    cache: SiteCache[str, int] = SiteCache(lambda reader, _: site_revision(reader), Limit(9))

    def edit_and_read() -> None:
        with transaction() as session:
            bump(session, now())
        with reading() as connection:
            cache.get(connection, "other")

    with reading() as connection:
        cache.get(connection, "other")
        overtaking.append(edit_and_read)
        cache.get(connection, "page")
    with reading() as connection:
        assert cache.get(connection, "page") == site_revision(connection)
