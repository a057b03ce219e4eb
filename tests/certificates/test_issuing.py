"""Who gets a certificate, when it is replaced or withdrawn, and that nobody gets two."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from eventapp import clock
from eventapp.attendance.actions import take_back
from eventapp.attendance.models import HandEntry
from eventapp.base import table_of
from eventapp.certificates import queries
from eventapp.certificates.models import Certificate
from eventapp.certificates.rules import shown_code
from eventapp.certificates.sheet import write_certificate, written
from eventapp.db import reading, transaction
from eventapp.mail.models import OutboxMail
from eventapp.registration.queries import get_holder
from eventapp.sitecache import bump
from eventapp.wording.models import Wording
from tests.certificates.handed import Course, deliver, held, pdf_of, rename, states
from tests.factories import at, in_days
from tests.pdfs import objects, text_of

pytestmark = pytest.mark.usefixtures("app")


def mails() -> int:
    with reading() as connection:
        kinds = connection.execute(select(OutboxMail.kind)).scalars().all()
    return kinds.count("certificate")


def test_who_was_there_gets_one_mail_with_the_paper(tmp_path: Path) -> None:
    course = Course()
    course.guest(name="Fehlt")
    guest, issued = course.give()
    assert course.look() == 0
    [mail] = deliver(tmp_path)
    assert mail["Subject"] == "Ihre Teilnahmebescheinigung: Kurs"
    file = pdf_of(mail)
    text = "\n".join(text_of(file))
    for words in ("Zoë Müller-Lüdenscheidt", "Kurs", "10:00–12:00"):
        assert words in text
    assert shown_code(issued.paper.code) in text
    assert b"<pdfuaid:part>1</pdfuaid:part>" in file
    assert "/StructTreeRoot" in "\n".join(head for head, _stream in objects(file).values())
    assert states() == [(1, "valid")]
    assert guest.id == issued.registration_id


def test_its_long_heading_and_the_hours_fit_a_phone(tmp_path: Path) -> None:
    Course().give()
    [mail] = deliver(tmp_path)
    body = mail.get_body(("html",))
    assert body
    html = body.get_content()
    assert "Ihre Teilnahme\N{SOFT HYPHEN}bescheinigung</h1>" in html
    assert "<title>Ihre Teilnahmebescheinigung</title>" in html
    assert '<span class="nowrap">10:00–12:00' in html


@pytest.mark.parametrize(
    "values",
    [
        {"gives_certificates": False},
        {"status": "cancelled"},
        {"dates": [(at(in_days(-1), 10), at(in_days(1), 12))]},
    ],
)
def test_none_before_the_end_nor_where_none_are_wanted(values: dict[str, Any]) -> None:
    course = Course(**values)
    course.comes(course.guest())
    assert course.look() == 0
    assert states() == []


def test_a_late_entry_issues_it_then() -> None:
    course = Course()
    guest = course.guest()
    assert course.look() == 0
    course.comes(guest)
    with reading() as connection:
        assert queries.list_due(connection, clock.now()) == [course.event_id]
    assert course.look() == 1


def test_of_what_is_long_over_only_news_is_looked_at_at_once() -> None:
    course = Course(dates=[(at(in_days(-30), 10), at(in_days(-30), 12))])
    guest = course.guest()
    course.look()

    def due(minutes: int) -> list[int]:
        with reading() as connection:
            return queries.list_due(connection, clock.now() + timedelta(minutes=minutes))

    assert due(14) == []
    assert due(16) == [course.event_id]
    course.comes(guest)
    assert due(0) == [course.event_id]


def test_another_name_is_another_version() -> None:
    course = Course()
    guest, first = course.give()
    rename(guest, last_name="Neumann")
    assert course.look() == 1
    second = held(guest)
    assert (second.version, second.paper.content.last_name) == (2, "Neumann")
    assert second.paper.code != first.paper.code
    assert states() == [(1, "replaced"), (2, "valid")]
    assert mails() == 2


def test_a_correction_withdraws_it_and_the_next_gives_another() -> None:
    course = Course()
    guest, _first = course.give()
    with transaction() as session:
        take_back(session, session.execute(select(HandEntry.id)).scalar_one())
    assert course.look() == 0
    assert states() == [(1, "withdrawn")]
    course.comes(guest)
    assert course.look() == 1
    assert states() == [(1, "withdrawn"), (2, "valid")]


def test_what_was_withdrawn_meanwhile_is_not_mailed(tmp_path: Path) -> None:
    course = Course()
    guest, _issued = course.give()
    course.comes(guest, was_there=False)
    course.look()
    assert deliver(tmp_path) == []


def test_an_assistant_without_a_name_gets_none() -> None:
    course = Course()
    main = course.guest()
    course.comes(course.guest(first_name="Assistenz von Zoë", main_id=main.id))
    assert course.look() == 0


def test_hours_stand_on_it_only_where_they_count() -> None:
    course = Course(attendance_rule={"least_minutes": 30})
    _guest, issued = course.give()
    assert issued.paper.content.minutes == 120
    assert Course("frei").give()[1].paper.content.minutes is None


def test_the_table_knows_no_name() -> None:
    Course().give()
    with reading() as connection:
        row = connection.execute(select(table_of(Certificate))).one()
    assert not any("üdenscheidt".encode() in bytes(each) for each in (row.sealed, row.mac))


def test_the_office_writes_on_it() -> None:
    course = Course()
    words = {
        "paper": "**{name}** hat gelernt bei",
        "paper_note": "Inhalte:\n\n- Recht\n- Kasse",
        "paper_closing": "Frau Berg, Leitung",
    }
    with transaction() as session:
        scope = {"event_id": course.event_id}
        row = {"revision": 1, "changed_at": clock.now(), "live": {"de": words}}
        session.add(Wording(kind="certificate", **scope, **row))
        bump(session, clock.now())
    guest, issued = course.give()
    with reading() as connection:
        holder = get_holder(connection, guest.id)
    file = write_certificate(
        holder, issued.paper, issued.issued_at, "https://events.example", written(holder)
    )
    text = "\n".join(text_of(file))
    for said in ("hat gelernt bei", "Recht", "Frau Berg, Leitung"):
        assert said in text
    assert "hat teilgenommen" not in text
