"""What stays of the event of the house: materials for everybody they can be for, a report, a
certificate, what it asks, and what a funder wants."""

from typing import Any

from sqlalchemy.orm import Session

from eventapp import clock
from eventapp.certificates.issuing import KIND
from eventapp.db import transaction
from eventapp.evaluation import actions as evaluation
from eventapp.evaluation.usual import USUAL
from eventapp.events.definition import EventDefinition
from eventapp.events.loading import get_definition_by_id
from eventapp.events.models import Event, ProgrammeItem
from eventapp.funding import actions as funding
from eventapp.materials.files import Upload
from eventapp.pictures import redrawn
from eventapp.tokens import keyring
from eventapp.wording import actions as wording
from tests.attendance.written import note_presence
from tests.certificates.handed import make_certificate
from tests.factories import in_days, make_material, make_report, png


def leave(session: Session, event: Event, item: ProgrammeItem) -> dict[str, Any]:
    """What addresses say of it."""
    for audience in ("attended", "registered"):
        make_material(session, event, data=b"%PDF-", audience=audience)
    made = make_material(session, event, data=b"%PDF-")
    make_material(session, event, item_id=item.id, alternative="Alles als Text")
    make_report(session, event)
    return {"material_id": made.id, "picture_id": 1, "digest": DIGEST, "evaluation key": "q1"}


def certify(row: Any) -> dict[str, Any]:
    """This person has a certificate, whose text somebody drafts, and is asked how it was; what
    addresses say of it."""
    words, now = {"de": {"paper_note": "Inhalte: {termin}"}}, clock.now()
    with transaction() as session:
        make_certificate(session, row.event_id, row.id)
        wording.save_draft(session, KIND, words, seen=0, now=now, event_id=row.event_id)
        event = get_definition_by_id(session.connection(), row.event_id)
    ask_afterwards(event, row.id)
    manage = keyring().open(row.secrets_sealed)["manage"]
    tokens = dict.fromkeys(("certificates.own token", "answers token"), manage)
    return {**tokens, "wording.mail_file kind": KIND}


DIGEST = redrawn(png(), 100).digest  # of the picture that `make_report` has

FUNDER = {"name": "Land", "text": "", "statement": "", "parts": ["sheets"], "fields": ["Titel"]}


def sign(event: EventDefinition) -> int:
    """A sheet that was signed and scanned; its number."""
    with transaction() as session:
        scan = Upload("liste.pdf", "application/pdf", b"%PDF-")
        funding.choose(session, event, 1, {"Titel": "Kapitel 5"})
        return funding.add_sheet(session, event, None, scan, now=clock.now())


def ask_afterwards(event: EventDefinition, registration_id: int) -> None:
    """Already before the event begins, and this person is noted as having been there."""
    opens, now = in_days(-1), clock.now()
    with transaction() as session:
        evaluation.take_usual(session, event, USUAL)
        evaluation.set_times(session, event, is_on=True, opens_on=opens, closes_on=None, now=now)
    note_presence(registration_id, event.dates[0].id)
