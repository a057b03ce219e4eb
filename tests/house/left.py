"""What stays of the event of the house: materials for everybody they can be for, a report, and a
certificate."""

from typing import Any

from sqlalchemy.orm import Session

from eventapp.db import transaction
from eventapp.events.models import Event, ProgrammeItem
from eventapp.pictures import redrawn
from eventapp.tokens import keyring
from tests.certificates.handed import make_certificate
from tests.factories import make_material, make_report, png


def leave(session: Session, event: Event, item: ProgrammeItem) -> dict[str, Any]:
    """What addresses say of it."""
    for audience in ("attended", "registered"):
        make_material(session, event, data=b"%PDF-", audience=audience)
    made = make_material(session, event, data=b"%PDF-")
    make_material(session, event, item_id=item.id, alternative="Alles als Text")
    make_report(session, event)
    return {"material_id": made.id, "picture_id": 1, "digest": DIGEST}


def certify(row: Any) -> dict[str, Any]:
    """This person has a certificate; what addresses say of it."""
    with transaction() as session:
        make_certificate(session, row.event_id, row.id)
    return {"certificates.own token": keyring().open(row.secrets_sealed)["manage"]}


DIGEST = redrawn(png(), 100).digest  # of the picture that `make_report` has
