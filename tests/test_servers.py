"""The servers for tests do what tests rely on."""

import smtplib
import sys
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from tests import servers
from tests.postgres import Postgres, copy_wheel, postgres
from tests.smtp import MailServer
from tests.valkey import Valkey, valkey

# The smallest program with the names of the real one.
WSGI = """
import os
def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [os.environ["GREETING"].encode()]
"""
WORKERS = """
import os
from celery import Celery
celery_app = Celery("workers", broker=os.environ["REDIS_URL"])
celery_app.conf.beat_schedule = {"tick": {"task": "note", "schedule": 0.2}}
@celery_app.task(name="note")
def note():
    with open("notes", "a") as file:
        file.write("x")
"""


@pytest.fixture
def program(tmp_path: Path) -> Path:
    (tmp_path / "wsgi.py").write_text(WSGI)
    (tmp_path / "workers.py").write_text(WORKERS)
    return tmp_path


def run(url: str, *statements: str) -> list[object]:
    """Each in its own transaction; the first column of the last."""
    engine = create_engine(url)
    rows: list[object] = []
    for statement in statements:
        with engine.begin() as connection:
            result = connection.execute(text(statement))
            rows = list(result.scalars()) if result.returns_rows else []
    engine.dispose()
    return rows


# --- PostgreSQL -----------------------------------------------------------------------------------


def test_databases_are_apart(postgres_server: Postgres) -> None:
    one, other = postgres_server.create_database(), postgres_server.create_database()
    run(one, "CREATE TABLE here (id int)")
    tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    assert run(one, tables) == ["here"]
    assert run(other, tables) == []
    postgres_server.drop_database(one)
    postgres_server.drop_database(other)


def test_the_shared_server_knows_unicode_and_utc(postgres_url: str) -> None:
    assert run(postgres_url, "SELECT lower('ÄÖÜ')") == ["äöü"]
    assert run(postgres_url, "SHOW timezone") == ["UTC"]
    assert run(postgres_url, "SHOW fsync") == ["off"]


def test_a_template_is_filled_once(postgres_server: Postgres) -> None:
    filled = []

    def fill(url: str) -> None:
        filled.append(url)
        run(url, "CREATE TABLE ready (id int)", "INSERT INTO ready VALUES (7)")

    with ThreadPoolExecutor(4) as threads:
        names = set(threads.map(lambda _: postgres_server.template("of_test", fill), range(4)))
    assert names == {"of_test"}
    assert len(filled) == 1
    copy = postgres_server.create_database(template="of_test")
    assert run(copy, "SELECT id FROM ready") == [7]
    postgres_server.drop_database(copy)


def test_a_killed_server_keeps_what_was_committed(run_folder: Path) -> None:
    with postgres(run_folder / "killed", durable=True) as server:
        url = server.create_database()
        assert run(url, "SHOW fsync") == ["on"]
        run(url, "CREATE TABLE kept (id int)", "INSERT INTO kept VALUES (1)")
        server.kill()
        server.start()
        assert run(url, "SELECT id FROM kept") == [1]
    assert not server.is_running()


def test_a_folder_that_others_cannot_enter_is_no_hindrance(
    run_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a checkout below /root: the server's user cannot read the installed binaries."""
    hidden = tmp_path / "hidden"
    hidden.mkdir(mode=0o700)
    copy_wheel(hidden)
    monkeypatch.setattr("tests.postgres.installed_wheel", lambda: hidden)
    with postgres(run_folder / "unreachable") as server:
        assert run(server.url(), "SELECT 1") == [1]


# --- Valkey ---------------------------------------------------------------------------------------


def test_valkey_is_empty_at_first(valkey_server: Valkey) -> None:
    with valkey_server.client() as client:
        assert client.dbsize() == 0
        client.set("left", "behind")


def test_valkey_is_empty_again(valkey_server: Valkey) -> None:
    test_valkey_is_empty_at_first(valkey_server)


def test_a_killed_valkey_comes_back_with_its_data(tmp_path: Path) -> None:
    with valkey(tmp_path) as server:
        address = server.url
        with server.client() as client:
            client.config_set("appendfsync", "always")
            client.set("kept", "yes")
        server.kill()
        server.start()
        assert server.url == address
        with server.client() as client:
            assert client.get("kept") == "yes"


# --- SMTP -----------------------------------------------------------------------------------------


def send(server: MailServer, *to: str) -> dict[str, tuple[int, bytes]]:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "events@example.org", ", ".join(to), "Grüße"
    mail.set_content("Schöne Grüße\n")
    with smtplib.SMTP("127.0.0.1", server.port) as client:
        return client.send_message(mail)


def test_mails_are_kept_as_they_came(smtp_server: MailServer) -> None:
    send(smtp_server, "ada@example.org", "ben@example.org")
    [mail] = smtp_server.wait_for(1)
    assert mail.sender == "events@example.org"
    assert mail.recipients == ("ada@example.org", "ben@example.org")
    assert mail.message["Subject"] == "Grüße"
    assert mail.data.endswith(b"\r\n")


def test_chosen_recipients_are_refused(smtp_server: MailServer) -> None:
    smtp_server.answers["dan@example.org"] = "550 5.1.1 unknown"
    smtp_server.answers["ben@example.org"] = "451 4.7.1 later"
    refused = send(smtp_server, "ada@example.org", "ben@example.org", "dan@example.org")
    codes = {address: code for address, (code, _) in refused.items()}
    assert codes == {"dan@example.org": 550, "ben@example.org": 451}
    assert smtp_server.to("ada@example.org")
    assert not smtp_server.to("ben@example.org")


def test_data_is_refused(smtp_server: MailServer) -> None:
    smtp_server.data_answer = "451 4.3.0 full"
    with pytest.raises(smtplib.SMTPDataError, match="full"):
        send(smtp_server, "ada@example.org")
    smtp_server.clear()
    send(smtp_server, "ada@example.org")
    assert len(smtp_server.received) == 1


def test_the_mail_server_may_be_slow_or_away(smtp_server: MailServer) -> None:
    smtp_server.delay = 0.5
    began = time.monotonic()
    send(smtp_server, "ada@example.org")
    assert time.monotonic() - began >= 0.5
    smtp_server.stop()
    with pytest.raises(ConnectionRefusedError):
        send(smtp_server, "ada@example.org")
    smtp_server.start()
    send(smtp_server, "ada@example.org")
    assert len(smtp_server.wait_for(2)) == 2


def test_waiting_in_vain_tells_what_came(smtp_server: MailServer) -> None:
    send(smtp_server, "ada@example.org")
    with pytest.raises(AssertionError, match=r"ada@example\.org.*Grüße"):
        smtp_server.wait_for(1, 0.1, to="ben@example.org")


# --- processes ------------------------------------------------------------------------------------


def fetch(url: str) -> str:
    with urllib.request.urlopen(url, timeout=5) as answer:
        return str(answer.read().decode())


def test_web_answers_and_comes_back(program: Path) -> None:
    with servers.web({"GREETING": "hello"}, program, cwd=program) as site:
        assert fetch(site.url) == "hello"
        site.kill()
        assert not site.is_answering()
        site.start()
        assert fetch(site.url) == "hello"
        assert site.stop() == 0


def test_worker_and_timetable_run_tasks(program: Path, valkey_server: Valkey) -> None:
    environ = {"REDIS_URL": valkey_server.url}
    notes = program / "notes"
    with (
        servers.worker(environ, program, cwd=program) as worker,
        servers.timetable(environ, program, cwd=program) as timetable,
    ):
        worker.wait_until(lambda: notes.exists() and len(notes.read_text()) >= 3)
        timetable.kill()
        worker.kill()
        worker.start()
        worker.wait_for_line(" ready.", times=2)
        assert worker.stop() == 0


def test_a_failure_shows_the_log(tmp_path: Path) -> None:
    speaks = [sys.executable, "-c", "import time; print('something odd'); time.sleep(60)"]
    program = servers.Program(speaks, {}, tmp_path / "log")

    def fail() -> None:
        with servers.running(program):
            program.wait_for_line("odd")
            raise LookupError

    with pytest.raises(LookupError) as failure:
        fail()
    assert "something odd" in failure.value.__notes__[0]
    assert not program.is_running()


def test_an_early_end_shows_the_log(tmp_path: Path) -> None:
    program = servers.Program([sys.executable, "-c", "print('no way')"], {}, tmp_path / "log")
    with pytest.raises(AssertionError, match="no way"), servers.running(program):
        program.wait_for_line("ready")


def test_nothing_of_the_developers_settings_gets_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "production")
    shows = [sys.executable, "-c", "import os; print(os.environ); input()"]
    program = servers.Program(shows, {"ADDED": "yes"}, tmp_path / "log")
    program.start()
    program.wait_for_line("ADDED")
    program.kill()
    assert "production" not in program.log.read_text()
