"""400 certificates of attendance by a worker, against the PDF library alone with the same pages."""

import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, TypeVar

from bench.figures import Figure, compare
from bench.site import Stage
from eventapp import clock, pdf
from eventapp.attendance.models import Presence
from eventapp.certificates import issuing, queries
from eventapp.certificates.queries import Issued
from eventapp.certificates.sheet import sheet_of, texts_of
from eventapp.db import reading, transaction
from eventapp.events.loading import get_definition
from eventapp.languages import in_language
from eventapp.mail import kinds
from eventapp.mail.delivery import BATCH
from eventapp.mail.kinds import Draft
from eventapp.mail.render import render
from eventapp.registration.queries import list_holders
from tests.checkin.door import make_guest
from tests.factories import at, in_days, make_event

T = TypeVar("T")
Pages = list[Mapping[str, Any]]

PEOPLE, MOST = 400, 1.3
_HOURS = [(at(in_days(-1), 10), at(in_days(-1), 12))]


def measure(stage: Stage, rounds: int) -> Iterator[Figure]:
    """Seconds of CPU of this process; the mail around the file is measured, and has no target."""
    app = stage.app()
    with app.app_context():
        event_id = _add_course()
        spent = _seconds(lambda _each: _issue(event_id), [None])
        yield Figure(f"{PEOPLE} certificates issued", f"{spent:.2f} s CPU")
        with reading() as connection:
            issued = list(queries.list_latest(connection, event_id).values())
        pages = _pages(issued, app.config["SETTINGS"].public_url)
        claims = [issued[first : first + BATCH] for first in range(0, PEOPLE, BATCH)]
        for name, work, most in (("made", _make, MOST), ("mailed", _mail, None)):
            floor, ours, ratio = compare(
                partial(_seconds, _set, pages), partial(_seconds, work, claims), rounds
            )
            yield Figure(
                f"{PEOPLE} certificates {name}",
                f"{ours:.2f} s CPU",
                f"PDF library {floor:.2f} s",
                ratio,
                most=most,
            )


def _add_course() -> int:
    """It is over, and all of its guests were at the online door."""
    with transaction() as session:
        event = make_event(
            session,
            "bescheinigt",
            title="Fortbildung Freiwilligenmanagement",
            dates=_HOURS,
            gives_certificates=True,
            capacity_in_person=PEOPLE,
        )
        [date] = get_definition(session.connection(), event.slug).dates
        for number in range(PEOPLE):
            guest = make_guest(session, event.id, name=f"Beispiel-{number}")
            entered = {"registration_id": guest.id, "event_date_id": date.id}
            session.add(Presence(**entered, source="online_door", recorded_at=_HOURS[0][0]))
        return event.id


def _issue(event_id: int) -> None:
    with transaction() as session:
        if issuing.look_at(session, event_id, now=clock.now()) != PEOPLE:
            raise AssertionError("not everybody got a certificate")


def _pages(issued: list[Issued], public_url: str) -> Pages:
    """What the library is given, ready."""
    with reading() as connection, in_language("de"):
        holders = list_holders(connection, [each.registration_id for each in issued])
        return [
            {
                **sheet_of(holder, each.paper, each.issued_at, public_url),
                **texts_of(holder, each.paper.content, public_url, {}),
            }
            for each in issued
            for holder in [holders[each.registration_id]]
        ]


def _set(page: Mapping[str, Any]) -> None:
    """The library alone: its compiler, the same template and fonts, PDF/UA-1."""
    pdf.pages("certificate", page).compile(format="pdf", pdf_standards="ua-1", timestamp=1)


def _make(claim: list[Issued]) -> None:
    """Read, opened, set, as a worker does when the mails of a claim leave."""
    for draft in _compose(claim):
        assert draft.pdf
        draft.pdf.make(draft.pdf.said)


def _mail(claim: list[Issued]) -> None:
    """With the texts and the frame of each mail."""
    for draft in _compose(claim):
        render(issuing.KIND, draft, "id", clock.now())


def _compose(claim: list[Issued]) -> list[Draft]:
    many = [{"registration_id": each.registration_id, "certificate_id": each.id} for each in claim]
    with reading() as connection:
        drafts = [each for each in kinds.compose_many(connection, issuing.KIND, many) if each]
    assert len(drafts) == len(claim)
    return drafts


def _seconds(work: Callable[[T], object], things: list[T]) -> float:
    start = time.process_time()
    for each in things:
        work(each)
    return time.process_time() - start
