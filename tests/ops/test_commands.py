"""Commands as an operator meets them: as processes, while something else goes wrong or well."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from config import Settings
from eventapp import create_app
from eventapp.accounts.actions import use_password_link
from eventapp.checkin.devices import find_device
from eventapp.clock import now
from eventapp.db import db, reading, transaction
from eventapp.errors import Gone
from eventapp.ops import health
from eventapp.ops.cli import main
from eventapp.registration.actions import Person, SignupRequest, register
from tests.accounts.factors import give_factors
from tests.registration.test_actions import plan
from tests.servers import CHECKOUT, clean_environ
from tests.valkey import Valkey

FILE = """\
networks: [{slug: netz, name: Netz}]
events:
  - {slug: treffen, title: Treffen, kind: network_meeting, network: netz, status: published,
     attendance: [in_person], starts_at: 2030-09-11T13:30, ends_at: 2030-09-11T15:00}
"""


class Place:
    """A DATA_DIR with a migrated database, and commands on it in this process."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self.environ = {"DATA_DIR": str(data_dir)}

    def run(self, *words: str, stdin: str = "", **environ: str) -> Result:
        unset = dict.fromkeys(map(str.upper, Settings.model_fields))
        return CliRunner().invoke(
            main, words, input=stdin, env={**unset, **self.environ, **environ}
        )

    def load(self, text: str = FILE) -> Result:
        path = self.data_dir / "file.yaml"
        path.write_text(text, encoding="utf-8")
        return self.run("import", str(path))


@pytest.fixture
def place(tmp_path: Path, sqlite_template: Path) -> Place:
    data_dir = tmp_path / "var"
    data_dir.mkdir()
    (data_dir / "eventapp.sqlite3").write_bytes(sqlite_template.read_bytes())
    return Place(data_dir)


def settings_of(place: Place, **values: object) -> Settings:
    return Settings.model_validate({"data_dir": place.data_dir, "secret_key": "s", **values})


def process(*words: str, **environ: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "eventapp.ops.cli", *words],
        env=clean_environ() | environ,
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_as_a_process_settings_exit_2_with_every_reason(tmp_path: Path) -> None:
    wrong = {"DATABASE_URL": "postgresql+psycopg://u@h/d", "DEMO": "1", "BASE_URL": "nowhere"}
    done = process("health", DATA_DIR=str(tmp_path), **wrong)
    named = {line.split(":")[0] for line in done.stderr.splitlines()}
    missing = {"REDIS_URL", "SMTP_URL", "SECRET_KEY", "DATA_KEY", "MAIL_FROM"}
    assert (done.returncode, done.stdout) == (2, "")
    assert named == {"BASE_URL", "DEMO", *missing}


def test_as_a_process_a_refusal_is_one_line_and_a_wrong_call_exits_2(place: Place) -> None:
    done = process("create-device", "--event", "x", "--name", "Tor", **place.environ)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "Error: there is no event x\n"
    done = process("import", "nowhere.yaml", **place.environ)
    assert (done.returncode, done.stdout) == (2, "")


def test_a_busy_database_is_a_refusal(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("eventapp.db.LOCK_SECONDS", 0.1)
    holder = sqlite3.connect(place.data_dir / "eventapp.sqlite3", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    result = place.load()
    holder.close()
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "Error: the database is busy, nothing was changed\n"
    assert place.load().exit_code == 0


def test_a_single_problem_is_one(place: Place) -> None:
    result = place.load(FILE.replace("network: netz", "network: nets"))
    assert (result.exit_code, result.stdout) == (1, "")
    problem, summary = result.stderr.splitlines()
    assert problem.endswith("file.yaml: line 3: events[0].network: “nets” is unknown")
    assert summary == "Error: 1 problem, nothing was written"


def test_a_link_works_once_and_only_the_newest(place: Place) -> None:
    place.load()
    words = ("create-organiser", "Ada@Beispiel.example", "--network", "netz", "--role", "organiser")
    links = [place.run(*words).stdout for _ in range(2)]
    old, new = (link.strip().rpartition("/password/")[2] for link in links)
    with create_app(settings_of(place, data_key="d")).app_context():
        assert [_opens(token) for token in (old, new, new)] == [False, True, False]
        db.engine.dispose()


def _opens(token: str) -> bool:
    try:
        with transaction() as session:
            use_password_link(session, token, "hash", now=now())
    except Gone:
        return False
    return True


def test_a_device_is_its_token_and_nothing_else(place: Place) -> None:
    place.load()
    result = place.run("create-device", "--event", "treffen", "--name", "Haupteingang")
    [token] = result.stdout.splitlines()
    assert (result.exit_code, result.stderr, len(token.split())) == (0, "", 1)
    with create_app(settings_of(place, data_key="d")).app_context():
        with reading() as connection:
            device = find_device(connection, token)
        db.engine.dispose()
    assert device is not None
    assert (device.event_slug, device.holds(now())) == ("treffen", True)


def test_a_refused_demo_leaves_no_login(place: Place) -> None:
    place.load()
    result = place.run("demo")
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert not (place.data_dir / "demo-login").exists()


def test_health_is_well_with_a_broker_and_a_worker(place: Place, valkey_server: Valkey) -> None:
    result = place.run("health", REDIS_URL=valkey_server.url)
    assert (result.exit_code, result.stderr) == (1, "Error: no worker has been seen lately\n")
    settings = settings_of(place, data_key="d", redis_url=valkey_server.url)
    with create_app(settings).app_context():
        health.beat()
        db.engine.dispose()
    result = place.run("health", REDIS_URL=valkey_server.url)
    assert (result.exit_code, result.stdout, result.stderr) == (0, "ok\n", "")


def test_a_lost_second_factor_is_reset(place: Place) -> None:
    words = ("reset-second-factor", "Ada@beispiel.example")
    assert place.run(*words).stderr == "Error: there is no account Ada@beispiel.example\n"
    place.run("create-organiser", "ada@beispiel.example", "--role", "owner")
    assert place.run(*words).stderr == "Error: Ada@beispiel.example has no second factor\n"
    with create_app(settings_of(place, data_key="d")).app_context():
        with transaction() as session:
            give_factors(session, 1, now())
        db.engine.dispose()
    done = place.run(*words)
    assert (done.exit_code, done.output) == (0, "")
    assert place.run(*words).exit_code == 1


def test_a_person_is_erased_but_not_the_account(place: Place) -> None:
    refused = place.run("erase", "Ada@beispiel.example")
    assert refused.exit_code == 1
    assert refused.stderr == "Error: nothing is stored of a participant Ada@beispiel.example\n"
    place.run("create-organiser", "ada@beispiel.example", "--role", "owner")
    with create_app(settings_of(place, data_key="d")).app_context():
        event = plan()
        request = SignupRequest(Person("Ada", "Beispiel", "ada@beispiel.example"), "in_person")
        with transaction() as session:
            register(session, event, request, form_token="t", now=now())
        db.engine.dispose()
    done = place.run("erase", "Ada@beispiel.example")
    assert done.exit_code == 0, done.output
    assert "registration 1, registration_date 1, signup 1" in done.stdout
    assert "not erased: the organiser's account of this address" in done.stdout
    for gone in ("Ada@beispiel.example", "Ada Beispiel"):
        assert place.run("erase", gone).exit_code == 1
