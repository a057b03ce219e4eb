"""Feeds out of several real processes: the same bytes from each, the newest from each, and the last
good ones while the database is away."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest
from flask import Flask

from config import Settings
from eventapp import clock, create_app
from eventapp.db import db, transaction
from eventapp.registration import own_feed
from tests import servers
from tests.conftest import fill
from tests.feeds.subscriber import ALL, edit
from tests.postgres import postgres
from tests.registration.test_actions import cancel, plan, rows, sign_up
from tests.servers import Site
from tests.smtp import MailServer
from tests.valkey import Valkey
from tests.workers.environment import environment

# Nothing of this may reach the bytes.
PLACES = (
    {"PYTHONHASHSEED": "1", "TZ": "America/New_York", "LC_ALL": "C"},
    {"PYTHONHASHSEED": "2", "TZ": "Pacific/Auckland", "LC_ALL": "C.UTF-8"},
)
PLAIN = {"Accept-Encoding": "identity"}
Serve = Callable[[str], AbstractContextManager[list[Site]]]


@pytest.fixture
def serve(valkey_server: Valkey, smtp_server: MailServer, tmp_path: Path) -> Serve:
    """Two sites of two processes each on one database, in different places and folders."""

    @contextmanager
    def served(url: str) -> Iterator[list[Site]]:
        with ExitStack() as stack:
            yield [
                stack.enter_context(_site(url, valkey_server, smtp_server, tmp_path / name, place))
                for name, place in zip("ab", PLACES, strict=True)
            ]

    return served


@contextmanager
def _site(
    url: str, broker: Valkey, server: MailServer, folder: Path, place: dict[str, str]
) -> Iterator[Site]:
    folder.mkdir()
    environ = environment(url, broker, server, folder / "var", NUDGE="off", **place)
    with servers.web(environ, folder) as site:
        yield site


def fill_with_events() -> list[str]:
    """Events, a person with a feed; the addresses of what shows them."""
    items = [{"slug": "chor", "choice_group": "w", "room": "Saal 2"}]
    event = plan(slug="treffen", title="Treffen; mit Chor, 😀" * 5, items=items)
    sign_up(event, items=("chor",))
    sign_up(plan(slug="anderes"), token="2")
    with transaction() as session:
        own_feed.create(session, rows()[0].id, now=clock.now())
        feed = own_feed.find(session.connection(), rows()[0].id)
    assert feed is not None
    own = own_feed.address(feed.token)
    return [ALL, f"{ALL}?lang=en", "/events/treffen.ics", own, f"{own}?lang=en"]


def get(site: Site, path: str, headers: dict[str, str]) -> httpx.Response:
    return httpx.get(f"{site.url}{path}", headers=headers, timeout=servers.START)


def fetched(sites: list[Site], path: str) -> set[tuple[int, str, bytes]]:
    """What all processes say, each asked more than once."""
    answers = [get(site, path, PLAIN) for site in sites for _ in range(6)]
    return {(each.status_code, each.headers.get("ETag", ""), each.content) for each in answers}


@pytest.mark.usefixtures("app")
def test_the_same_bytes_from_everywhere(database_url: str, serve: Serve) -> None:
    paths = fill_with_events()
    with serve(database_url) as sites:
        before = {path: fetched(sites, path) for path in paths}
        assert {len(answers) for answers in before.values()} == {1}
        for site in sites:
            site.stop()
            shutil.rmtree(Path(site.environ["DATA_DIR"]) / "feeds")
            site.start()
        assert {path: fetched(sites, path) for path in paths} == before
        edit("treffen", title="Anders")
        cancel(rows()[1].id, now=clock.now())
        for path in paths:
            after = fetched(sites, path)
            assert len(after) == 1
            assert after != before[path]
            [(status, _, body)] = after
            assert (status, b"SUMMARY:Anders\r\n" in body) == (200, True)


@pytest.fixture
def far_app(
    run_folder: Path, make_settings: Callable[..., Settings]
) -> Iterator[tuple[Flask, Callable[[], None]]]:
    """An application on a database of its own, and what ends that database."""
    with postgres(Path(tempfile.mkdtemp(prefix="away-", dir=run_folder))) as cluster:
        url = cluster.create_database()
        fill(url)
        app = create_app(make_settings(url))
        with app.app_context():
            yield app, cluster.stop
            db.engine.dispose()


def test_the_last_good_copy_while_the_database_is_away(
    far_app: tuple[Flask, Callable[[], None]], serve: Serve
) -> None:
    app, end_database = far_app
    paths = fill_with_events()
    with serve(app.config["SETTINGS"].database_url) as sites:
        good = {path: fetched(sites, path) for path in paths}
        end_database()
        assert {path: fetched(sites, path) for path in paths} == good
        for path, [(_, tag, _)] in good.items():
            for site in sites:
                answer = get(site, path, {"If-None-Match": tag})
                assert answer.status_code == 304
        never_asked = {status for status, _, _ in fetched(sites, "/calendar/my/x.ics")}
        assert never_asked == {503}
