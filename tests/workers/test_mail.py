"""From the row to the mail server, through the real worker and the real timetable."""

from pathlib import Path

import pytest

from tests import servers
from tests.mail.outbox import outbox_rows
from tests.registration.test_actions import plan, sign_up
from tests.smtp import MailServer
from tests.valkey import Valkey
from tests.workers.environment import environment


def are_all_sent() -> bool:
    return {row.state for row in outbox_rows()} == {"sent"}


@pytest.mark.usefixtures("app")
def test_mail_leaves_over_one_connection_that_is_opened_again_when_it_was_closed(
    database_url: str, valkey_server: Valkey, smtp_server: MailServer, tmp_path: Path
) -> None:
    settings = environment(database_url, valkey_server, smtp_server, tmp_path / "var")
    event = plan()
    sign_up(event, "Ada")
    with (
        servers.worker(settings, tmp_path, processes=1) as worker,
        servers.timetable(settings, tmp_path),
    ):
        smtp_server.wait_for(1, to="ada@example.org")
        sign_up(event, "Ben")
        smtp_server.wait_for(1, to="ben@example.org")
        assert smtp_server.connections == 1, "kept across tasks"
        # A server that goes between DATA and its answer gets the mail twice, rightly.
        worker.wait_until(are_all_sent)
        smtp_server.stop()
        smtp_server.start()
        sign_up(event, "Cleo")
        smtp_server.wait_for(1, to="cleo@example.org")
        worker.wait_until(are_all_sent)
        assert {row.attempts for row in outbox_rows()} == {0}, "reconnecting is no failure"
        assert len(smtp_server.received) == 3
        assert worker.stop() == 0
