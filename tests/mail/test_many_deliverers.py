"""Several deliverers at once: threads and processes send each mail once, on both databases."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import IO

import pytest
from flask import Flask

from eventapp.db import db
from eventapp.mail import delivery
from eventapp.mail.delivery import BATCH, ROUND, Pace, deliver_due
from eventapp.mail.transport import SmtpTransport
from tests.mail.outbox import message_ids, outbox_rows, owe, states
from tests.smtp import MailServer

PACE = Pace(lease=45, retry=60)
CHECKOUT = Path(__file__).resolve().parents[2]


MAILS = 60


def test_threads_send_each_mail_once(app: Flask, smtp_server: MailServer) -> None:
    owed = owe(MAILS)

    def deliver(_: int) -> int:
        way = SmtpTransport(smtp_server.url, 5)
        with app.app_context():
            handled = deliver_due(way, PACE)
        way.close()
        return handled

    with ThreadPoolExecutor(5) as pool:
        handled = list(pool.map(deliver, range(5)))
    assert sum(handled) == MAILS
    assert sorted(message_ids(smtp_server)) == sorted(owed)
    assert set(states()) == {"sent"}


def test_processes_send_each_mail_once(
    app: Flask, smtp_server: MailServer, database_url: str, tmp_path: Path
) -> None:
    owed = owe(MAILS)
    db.engine.dispose()
    del app
    running = [start_deliverer(database_url, smtp_server.url, tmp_path) for _ in range(3)]
    for process in running:
        assert pipe(process.stdout).readline() == b"ready\n"
    for process in running:
        pipe(process.stdin).write(b"\n")
        pipe(process.stdin).flush()
    for process in running:
        with process:
            assert process.wait(60) == 0
    assert sorted(message_ids(smtp_server)) == sorted(owed)
    assert set(states()) == {"sent"}


@pytest.mark.usefixtures("app")
def test_a_claim_never_takes_more_than_its_batch() -> None:
    owe(3 * BATCH)
    claimed = [mail.id for _ in range(4) for mail in delivery._claim(PACE)]
    assert len(claimed) == len(set(claimed)) == 3 * BATCH
    leases = [row.lease for row in outbox_rows() if row.lease]
    assert {leases.count(lease) for lease in leases} == {BATCH}


@pytest.mark.usefixtures("app")
def test_a_round_ends_and_connections_are_reused(smtp_server: MailServer) -> None:
    owe(ROUND + 5)
    with closing(SmtpTransport(smtp_server.url, 5)) as way:
        assert deliver_due(way, PACE) == ROUND
        assert deliver_due(way, PACE) == 5
    assert len(smtp_server.received) == ROUND + 5
    assert smtp_server.connections == 2, "a hundred on the first"


def start_deliverer(database_url: str, smtp_url: str, folder: Path) -> subprocess.Popen[bytes]:
    settings = {
        "DATABASE_URL": database_url,
        "SMTP_URL": smtp_url,
        "DATA_DIR": str(folder / "var"),
        "DEMO": "force",
        "SECRET_KEY": "secret for tests",
        "DATA_KEY": "key for tests",
        "MAIL_FROM": "Veranstaltungen <events@example.org>",
    }
    return subprocess.Popen(
        [sys.executable, "-m", "tests.mail.deliverer"],
        env={"PATH": os.environ["PATH"], **settings},
        cwd=CHECKOUT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )


def pipe(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream is not None
    return stream
