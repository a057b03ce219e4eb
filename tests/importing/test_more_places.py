"""An import that raises the capacity lets those who wait move up first."""

import pytest

from eventapp import clock
from eventapp.db import transaction
from eventapp.importing.actions import import_text
from tests.factories import ORIGIN
from tests.registration.test_actions import mails, plan, sign_up, statuses


@pytest.mark.usefixtures("app")
def test_who_waits_moves_up() -> None:
    event = plan(slug="treffen", capacity_in_person=1)
    for name in ("Ada", "Ben", "Cleo"):
        sign_up(event, name)
    text = "events: [{slug: treffen, capacity: {in_person: 2}}]"
    with transaction() as session:
        import_text(session, text, origin=ORIGIN, now=clock.now())
    assert statuses() == ["confirmed", "confirmed", "waitlisted"]
    assert mails()[-1][0] == "registration-promoted"
