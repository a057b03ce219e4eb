"""The whole way over real SMTP: the event ends, each hears their own, one click to the next one."""

import re
from email.message import EmailMessage

import time_machine
from flask.testing import FlaskClient

from eventapp import clock
from eventapp.mail.delivery import Pace, deliver_due
from eventapp.mail.transport import SmtpTransport
from tests.registration.test_actions import rows
from tests.registration.test_pages import token_of
from tests.reminders.test_follow_ups import four, plan, publish
from tests.reminders.test_sweep import remind
from tests.reminders.test_sweep_many import NEXT_DAY
from tests.smtp import MailServer

NEXT = re.compile(r"https://events\.example(/registrations/\S+/next/\S+)")


def arrived(server: MailServer) -> dict[str, EmailMessage]:
    """By recipient, what came since the last call: one mail each."""
    way = SmtpTransport(server.url, 5)
    deliver_due(way, Pace(lease=45, retry=60))
    way.close()
    found = {each.recipients[0]: each.message for each in server.received}
    assert len(found) == len(server.received)
    server.received.clear()
    return found


def text(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def test_from_the_mail_after_to_the_next_date(client: FlaskClient, smtp_server: MailServer) -> None:
    event = plan(later=2)
    four(event)
    publish(event, title="Folien des Tages", audience="attended", data=b"%PDF-1.7")
    with time_machine.travel(clock.now(), tick=False):
        assert set(arrived(smtp_server)) == {
            f"{name}@example.org" for name in ("vera", "olga", "ulf", "dora", "willi")
        }
    with time_machine.travel(NEXT_DAY, tick=False):
        assert remind(NEXT_DAY) == 5
        found = arrived(smtp_server)
        assert {address: text(each).splitlines()[0] for address, each in found.items()} == {
            "vera@example.org": "Danke, dass Sie da waren",
            "dora@example.org": "Danke, dass Sie da waren",
            "olga@example.org": "Danke, dass Sie dabei waren",
            "ulf@example.org": "Schade, dass Sie nicht dabei waren",
            "willi@example.org": "Leider wurde kein Platz frei",
        }
        told = [address for address, each in found.items() if "Folien des Tages" in text(each)]
        assert sorted(told) == ["dora@example.org", "olga@example.org", "vera@example.org"]
        link = NEXT.search(text(found["willi@example.org"]))
        assert link
        for _scan in range(3):
            client.head(link[1])
            client.get(link[1])
        page = client.get(link[1])
        assert len(rows()) == 5
        assert client.post(link[1], data={"form_token": token_of(page)}).status_code == 303
        [(address, confirmed)] = arrived(smtp_server).items()
    assert address == "willi@example.org"
    assert confirmed["Subject"].startswith("Sie sind angemeldet")
    assert (rows()[5].first_name, rows()[5].status) == ("Willi", "confirmed")
    assert "schon angemeldet" in client.get(link[1]).text
