"""An event that is over, whose office asked for certificates; for tests of this and other rooms."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from eventapp import clock
from eventapp.base import table_of
from eventapp.certificates import issuing, queries
from eventapp.certificates.models import Certificate, CertificateState
from eventapp.certificates.queries import Issued
from eventapp.certificates.rules import Content, Paper, proof
from eventapp.db import reading, transaction
from eventapp.events.loading import get_definition_by_id
from eventapp.events.models import Event
from eventapp.mail.delivery import Pace, deliver_due
from eventapp.mail.transport import FileTransport
from eventapp.registration.models import Registration
from eventapp.sitecache import bump
from eventapp.tokens import keyring, new_check_code
from tests.attendance.test_ledger import say
from tests.checkin.door import Door, Guest
from tests.factories import at, in_days

HOURS = [(at(in_days(-1), 10), at(in_days(-1), 12))]


class Course(Door):
    """Its guests come or not, as the office writes down."""

    def __init__(self, slug: str = "kurs", **values: Any) -> None:
        super().__init__(slug, **{"dates": HOURS, "gives_certificates": True, **values})

    def comes(self, guest: Guest, number: int = 0, **said: Any) -> None:
        with reading() as connection:
            event = get_definition_by_id(connection, self.event_id)
        say(event, guest, number, **said)

    def look(self) -> int:
        with transaction() as session:
            return issuing.look_at(session, self.event_id, now=clock.now())

    def give(self, **values: Any) -> tuple[Guest, Issued]:
        """A guest who was there, with the certificate."""
        guest = self.guest(**{"name": "Müller-Lüdenscheidt", "first_name": "Zoë", **values})
        self.comes(guest)
        self.look()
        return guest, held(guest)

    def change(self, **values: Any) -> None:
        with transaction() as session:
            session.execute(update(Event).where(Event.id == self.event_id).values(**values))
            bump(session, clock.now())


def make_certificate(session: Session, event_id: int, registration_id: int) -> None:
    """Somebody has one that holds, whatever the event says."""
    content = Content("", "Erika", "Beispiel", "in_person", (), None)
    paper = Paper(new_check_code(), content)
    session.add(
        Certificate(
            event_id=event_id,
            registration_id=registration_id,
            version=1,
            mac=keyring().mac(queries.MAC, proof(paper.code, "Beispiel")),
            sealed=keyring().seal(paper.as_json()),
            state=CertificateState.VALID,
            issued_at=clock.now(),
        )
    )


def held(guest: Guest) -> Issued:
    with reading() as connection:
        found = queries.find_certificate(connection, guest.id)
    assert found
    return found


def rename(guest: Guest, **values: Any) -> None:
    with transaction() as session:
        mine = update(Registration).where(Registration.id == guest.id)
        session.execute(mine.values(**values))


def states() -> list[tuple[int, str]]:
    """(version, state) of all there are."""
    columns = table_of(Certificate).c
    with reading() as connection:
        rows = connection.execute(select(columns.version, columns.state).order_by(columns.id))
        return [(version, state) for version, state in rows]


def deliver(folder: Path) -> list[EmailMessage]:
    """Every mail that is due, as it arrives."""
    deliver_due(FileTransport(folder), Pace(lease=45, retry=60))
    files = sorted(folder.rglob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
    return [message_from_bytes(each.read_bytes(), policy=policy.default) for each in files]


def pdf_of(mail: EmailMessage) -> bytes:
    [attached] = mail.iter_attachments()
    assert attached.get_content_type() == "application/pdf"
    content: bytes = attached.get_content()
    return content
