"""The question whether the place may be freed; and that all mails come from one mailbox."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr

import pytest
from icalendar import Calendar
from sqlalchemy import update

from eventapp import clock
from eventapp.db import reading, transaction
from eventapp.mail import kinds
from eventapp.mail.render import Envelope, render
from eventapp.registration.models import Registration
from eventapp.returns.actions import KIND
from eventapp.returns.receiving import take
from tests.mail.outbox import outbox_rows
from tests.registration.test_actions import cancel, plan, rows, sign_up
from tests.returns.shapes import Answer, outlook
from tests.returns.test_actions import asked, uid_of

pytestmark = pytest.mark.usefixtures("app")


def envelope_of(kind: str, ids: dict[str, int]) -> Envelope:
    with reading() as connection:
        draft = kinds.compose(connection, kind, ids)
    assert draft is not None, kind
    return render(kind, draft, "0" * 32, clock.now())


def message_of(envelope: Envelope) -> EmailMessage:
    return message_from_bytes(envelope.body, policy=policy.default)


@pytest.mark.parametrize(
    ("language", "subject", "button"),
    [
        ("de", "Möchten Sie Ihren Platz freigeben?", "Platz freigeben"),
        ("en", "Would you like to free your place?", "Free my place"),
    ],
)
def test_the_question_leads_to_the_page_for_cancelling(
    language: str, subject: str, button: str
) -> None:
    sign_up(plan(), language=language)
    take(outlook(Answer(uid_of(rows()[0].id))))
    message = message_of(envelope_of(KIND, asked()[0].ids))
    assert message["Subject"].startswith(subject)
    assert message["Auto-Submitted"] == "auto-generated"
    with reading() as connection:
        draft = kinds.compose(connection, KIND, asked()[0].ids)
    assert draft is not None
    url = draft.context["cancel_url"]
    assert url.endswith("/cancel")
    for part in ("plain", "html"):
        body = message.get_body((part,))
        assert body is not None
        assert url in body.get_content()
        assert button in body.get_content()


def test_envelope_from_and_organizer_are_one_mailbox_of_the_network() -> None:
    sign_up(plan())
    [row] = rows()
    take(outlook(Answer(uid_of(row.id))))
    sent = [(mail.kind, envelope_of(mail.kind, mail.ids)) for mail in outbox_rows()]
    with transaction() as session:
        session.execute(update(Registration).values(request_sent_at=clock.now()))
    cancel(row.id)
    last = outbox_rows()[-1]
    sent.append((last.kind, envelope_of(last.kind, last.ids)))
    assert [kind for kind, _ in sent] == ["registration-confirmed", KIND, "registration-cancelled"]
    for _kind, envelope in sent:
        message = message_of(envelope)
        assert envelope.sender == parseaddr(str(message["From"]))[1] == "netz@example.org"
        assert message["Reply-To"] == "ada@example.org"
        for part in message.walk():
            if part.get_content_type() == "text/calendar":
                [event] = Calendar.from_ical(part.get_content()).walk("VEVENT")
                assert str(event["ORGANIZER"]) == "mailto:netz@example.org"
