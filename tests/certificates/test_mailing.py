"""Certificates leave by the hundred: what a claim of mails needs is read together, and is true."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import update

from eventapp import clock
from eventapp.base import table_of
from eventapp.certificates.issuing import KIND
from eventapp.certificates.models import Certificate, CertificateState
from eventapp.db import transaction
from eventapp.mail.delivery import FRESH, Pace, deliver_due
from eventapp.mail.render import Envelope
from eventapp.mail.transport import FileTransport, MayLeave
from tests.certificates.handed import Course, held
from tests.checkin.door import Guest
from tests.mail.outbox import outbox_rows
from tests.statements import counted

pytestmark = pytest.mark.usefixtures("app")

PACE = Pace(lease=45, retry=60)


def change(guest: Guest, **values: object) -> None:
    mine = update(table_of(Certificate)).where(table_of(Certificate).c.registration_id == guest.id)
    with transaction() as session:
        session.execute(mine.values(**values))


def present(number: int, slug: str = "kurs") -> list[Guest]:
    course = Course(slug)
    guests = [course.guest(name=f"Beispiel-{each}") for each in range(number)]
    for guest in guests:
        course.comes(guest)
    course.look()
    return guests


def states() -> list[str]:
    return [row.state for row in outbox_rows() if row.kind == KIND]


@dataclass
class Meanwhile(FileTransport):
    """A slow way out: something happens while the first mail is on it."""

    folder: Path
    step: Callable[[], None]

    def send(self, envelope: Envelope, may_leave: MayLeave) -> str:
        answer = super().send(envelope, may_leave)
        step, self.step = self.step, lambda: None
        step()
        return answer


def test_ten_ask_no_more_of_certificates_and_people_than_one(tmp_path: Path) -> None:
    def asked(number: int) -> int:
        guests = present(number, f"kurs-{number}")
        with counted() as seen:
            assert deliver_due(FileTransport(tmp_path), PACE) == number
        assert {held(each).is_valid for each in guests} == {True}
        return sum("sealed" in each for each in seen)

    assert asked(1) == asked(10) == 2


def test_what_is_taken_back_while_the_server_is_slow_does_not_leave(tmp_path: Path) -> None:
    first, second = present(2)

    def withdraw() -> None:
        change(second, state=CertificateState.WITHDRAWN)
        clock.shift(FRESH.total_seconds() + 1)

    try:
        deliver_due(Meanwhile(tmp_path, withdraw), PACE)
    finally:
        clock.shift(0)
    assert states() == ["sent", "dropped"]
    assert held(first).is_valid


def test_one_that_cannot_be_opened_holds_up_no_other(tmp_path: Path) -> None:
    _first, broken, _third = present(3)
    change(broken, sealed=b"no longer readable")
    deliver_due(FileTransport(tmp_path), PACE)
    assert states() == ["sent", "pending", "sent"]
