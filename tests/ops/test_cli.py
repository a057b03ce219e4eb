"""The command line: a wrong call exits 2, a refused one 1 with one clear line on stderr."""

import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, create_engine, insert, select, text

from config import Settings
from eventapp.accounts.models import Account, PasswordLink
from eventapp.accounts.passwords import is_password
from eventapp.checkin.models import Device, Door
from eventapp.events.models import Event, Topic
from eventapp.mail.models import OutboxMail
from eventapp.networks.models import Grant
from eventapp.ops.cli import main
from eventapp.ops.supervisor import only_one
from eventapp.registration.models import Registration
from eventapp.tokens import hashed

FILE = """\
networks:
  - {slug: netz, name: Netz}
events:
  - slug: treffen
    title: Treffen
    kind: network_meeting
    network: netz
    status: published
    attendance: [in_person]
    starts_at: 2030-09-11T13:30
    ends_at: 2030-09-11T15:00
"""


class Installation:
    """One DATA_DIR and the commands on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data_dir = folder / "var"
        self.database = f"sqlite:///{self.data_dir}/eventapp.sqlite3"

    def run(self, *words: str, stdin: str = "", **environ: str) -> Result:
        cleared = dict.fromkeys(map(str.upper, Settings.model_fields))
        environment = {**cleared, "DATA_DIR": str(self.data_dir), **environ}
        return CliRunner().invoke(main, words, input=stdin, env=environment)

    def done(self, *words: str, **more: Any) -> str:
        result = self.run(*words, **more)
        assert result.exit_code == 0, result.output
        return result.stdout

    def refused(self, *words: str, **more: Any) -> str:
        result = self.run(*words, **more)
        assert (result.exit_code, result.stdout) == (1, ""), result.output
        return result.stderr

    def file(self, text: str) -> str:
        path = self.folder / "import.yaml"
        path.write_text(text, encoding="utf-8")
        return str(path)

    def rows(self, *columns: Any) -> list[Any]:
        engine = create_engine(self.database)
        with engine.connect() as connection:
            found = connection.execute(select(*columns)).all()
        engine.dispose()
        return list(found)


@pytest.fixture
def empty(tmp_path: Path) -> Installation:
    return Installation(tmp_path)


@pytest.fixture
def migrated(empty: Installation) -> Installation:
    empty.done("migrate")
    return empty


@pytest.fixture
def imported(migrated: Installation) -> Installation:
    migrated.done("import", migrated.file(FILE))
    return migrated


# --- calls --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(main.commands))
def test_help_needs_no_settings(empty: Installation, name: str) -> None:
    result = empty.run(name, "--help", PORT="none")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "Usage:" in result.stdout


@pytest.mark.parametrize(
    "words",
    [
        ["fly"],
        ["migrate", "--up"],
        ["import"],
        ["import", "missing.yaml"],
        ["create-organiser", "ada@ada.example"],
        ["create-organiser", "ada", "--role", "owner"],
        ["create-organiser", "ada@ada.example", "--role", "king"],
        ["create-organiser", "ada@ada.example", "--role", "organiser"],
        ["create-device", "--event", "treffen"],
        ["create-device", "--event", "treffen", "--name", " "],
    ],
)
def test_a_wrong_call_exits_2(empty: Installation, words: list[str]) -> None:
    assert empty.run(*words).exit_code == 2


def test_all_wrong_settings_at_once(empty: Installation) -> None:
    result = empty.run("migrate", SMTP_URL="mail", BASE_URL="events.example")
    named = [line.split(":")[0] for line in result.stderr.splitlines()]
    assert (result.exit_code, named) == (2, ["SMTP_URL", "BASE_URL"])


@pytest.mark.parametrize(
    "words",
    [
        ["demo"],
        ["create-organiser", "ada@ada.example", "--role", "owner"],
        ["create-device", "--event", "treffen", "--name", "Tor"],
    ],
)
def test_a_database_without_tables_is_refused(empty: Installation, words: list[str]) -> None:
    assert empty.refused(*words) == "Error: the database is not migrated: eventapp migrate\n"


def test_a_database_that_is_away_is_one_line(empty: Installation) -> None:
    url = "postgresql+psycopg://nobody@127.0.0.1:1/none"
    message = empty.refused("import", empty.file(FILE), DATABASE_URL=url, DEMO="force")
    assert message.startswith("Error: the database does not answer: ")
    assert message.count("\n") == 1


# --- import -------------------------------------------------------------------------------------


def test_import_says_what_it_read(migrated: Installation) -> None:
    for _ in range(2):
        assert migrated.done("import", migrated.file(FILE)) == "imported: 1 network, 1 event\n"
    assert migrated.rows(Event.slug, Event.revision) == [("treffen", 1)]


def test_import_names_every_problem(migrated: Installation) -> None:
    path = migrated.file(FILE.replace("network: netz", "network: n").replace("15:00", "13:00"))
    assert migrated.refused("import", path).splitlines() == [
        f"{path}: line 7: events[0].network: “n” is unknown",
        f"{path}: line 11: events[0].ends_at: must be after `starts_at`",
        "Error: 2 problems, nothing was written",
    ]
    assert migrated.rows(Event.id) == []


def test_import_of_no_text_is_refused(migrated: Installation) -> None:
    path = migrated.folder / "import.yaml"
    path.write_bytes(b"networks: \xff")
    assert migrated.refused("import", str(path)) == f"Error: {path}: is not text in UTF-8\n"


# --- people and devices -------------------------------------------------------------------------


def test_an_organiser_gets_a_link(imported: Installation) -> None:
    words = ("create-organiser", "ada@ada.example", "--network", "netz", "--role", "organiser")
    link = imported.done(*words, BASE_URL="https://events.example").strip()
    prefix = "https://events.example/password/"
    assert link.startswith(prefix)
    assert imported.rows(PasswordLink.token_hash) == [(hashed(link.removeprefix(prefix)),)]
    assert imported.rows(Grant.role, Grant.scope, Grant.scope_id) == [("organiser", "network", 1)]


def test_an_owner_with_a_password(imported: Installation) -> None:
    words = ("create-organiser", "ada@ada.example", "--role", "owner", "--password-stdin")
    assert imported.done(*words, stdin="vier Wörter sind genug\n") == ""
    [(stored,)] = imported.rows(Account.password_hash)
    assert is_password(stored, "vier Wörter sind genug")
    assert imported.rows(Grant.role, Grant.scope, Grant.scope_id) == [("owner", "installation", 0)]


def test_the_same_new_entry_from_two_imports_at_once_is_one_line(
    empty: Installation, postgres_url: str
) -> None:
    environ = {"DATABASE_URL": postgres_url, "DEMO": "force"}
    empty.done("migrate", **environ)
    engine = create_engine(postgres_url)
    with engine.connect() as other, ThreadPoolExecutor(1) as threads:
        other.execute(insert(Topic).values(slug="ehrenamt", name="Ehrenamt"))
        path = empty.file("topics: [{slug: ehrenamt, name: Engagement}]")
        late = threads.submit(empty.run, "import", path, **environ)
        while not late.done() and not is_waiting_for_a_lock(engine):
            time.sleep(0.02)
        other.commit()
    result = late.result()
    engine.dispose()
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1), result.output
    assert "somebody else made the same entry" in result.stderr


def is_waiting_for_a_lock(engine: Engine) -> bool:
    with engine.connect() as connection:
        waiting = text(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE wait_event_type = 'Lock' AND datname = current_database()"  # not another test's
        )
        return bool(connection.execute(waiting).scalar())


def test_a_weak_password_and_an_unknown_network_are_refused(imported: Installation) -> None:
    words = ("create-organiser", "ada@ada.example", "--role", "owner", "--password-stdin")
    assert "password-too-short" in imported.refused(*words, stdin="kurz\n")
    elsewhere = ("--role", "viewer", "--network", "nirgends")
    assert (
        imported.refused("create-organiser", "ada@ada.example", *elsewhere)
        == "Error: there is no network nirgends\n"
    )
    assert imported.rows(Account.id) == []


def test_a_device_has_a_token_of_which_the_hash_is_kept(imported: Installation) -> None:
    token = imported.done("create-device", "--event", "treffen", "--name", "Tor").strip()
    assert imported.rows(Device.token_hash) == [(hashed(token),)]
    message = imported.refused("create-device", "--event", "nirgends", "--name", "Tor")
    assert message == "Error: there is no event nirgends\n"


# --- demo, health, up ---------------------------------------------------------------------------


def test_the_demo_goes_into_an_empty_database_once(migrated: Installation) -> None:
    migrated.done("demo")
    login = migrated.data_dir / "demo-login"
    assert login.stat().st_mode & 0o777 == 0o600
    [(email, stored)] = migrated.rows(Account.email, Account.password_hash)
    assert email == "demo@localhost"
    assert is_password(stored, login.read_text().strip())
    statuses = sorted(status for [status] in migrated.rows(Registration.status))
    assert statuses == ["confirmed"] * 7 + ["waitlisted"] * 2
    assert migrated.rows(Door.name) == [("Haupteingang",)]
    before = migrated.rows(OutboxMail.id), login.read_text()
    assert "empty database only" in migrated.refused("demo")
    assert (migrated.rows(OutboxMail.id), login.read_text()) == before


def test_the_demo_stays_at_home(migrated: Installation) -> None:
    assert "loopback" in migrated.refused("demo", BASE_URL="https://events.example")
    assert "loopback" in migrated.refused("demo", HOST="192.0.2.1")
    assert migrated.rows(Event.id) == []


def test_health_names_what_is_wrong(empty: Installation) -> None:
    assert "not migrated" in empty.refused("health")
    empty.done("migrate")
    assert empty.refused("health") == "Error: the broker does not answer\n"


def test_a_second_one_on_the_same_data_is_refused(empty: Installation) -> None:
    with only_one(empty.data_dir):
        message = empty.refused("up", DEMO="1")
    assert message == f"Error: eventapp is already running on {empty.data_dir}\n"


def test_a_taken_port_is_named(empty: Installation) -> None:
    with _taken_port() as port:
        assert f"port {port} is in use" in empty.refused("up", PORT=str(port))


def test_nothing_is_received_unless_a_way_in_is_set(empty: Installation) -> None:
    assert "neither LMTP_PORT nor RETURNS_MAILDIR is set" in empty.refused("receive")
    with _taken_port() as port:
        assert "in use" in empty.refused("receive", LMTP_PORT=str(port))
        assert f"port {port} is in use" in empty.refused("up", LMTP_PORT=str(port))


@contextmanager
def _taken_port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]
