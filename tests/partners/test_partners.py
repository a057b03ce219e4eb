"""Links for partners: given, shown, renewed and taken back; the date completed with one."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from eventapp.audit.models import AuditEntry
from eventapp.clock import now
from eventapp.db import reading, transaction
from eventapp.networks.models import Role
from eventapp.partners import actions
from eventapp.partners.queries import Linked, list_partners
from eventapp.partners.rules import MOST_PARTNERS
from tests.factories import at, in_days
from tests.planning.office import Office, event_of, send, shown
from tests.refusals import check_refused
from tests.registration.test_actions import sign_up, statuses
from tests.visitors import Visitor, visitor

LIST = "/organise/events/treffen/partners"


@pytest.fixture
def office(app: Flask) -> Office:
    return Office(app, "treffen", capacity_in_person=1)


def partner(name: str = "Stadt <Hamm>") -> Linked:
    """A new one with a link."""
    event = event_of("treffen")
    with transaction() as session:
        actions.add(session, event, name, "hamm@example.org", now=now())
        return next(p for p in list_partners(session.connection(), event.id) if p.name == name)


def entries(act: str) -> list[Any]:
    with reading() as connection:
        statement = select(AuditEntry.__table__).where(AuditEntry.act == act)
        return list(connection.execute(statement.order_by(AuditEntry.id)))


def write(browser: Visitor, address: str, **values: Any) -> Any:
    """The partner's form as the page shows it, so far changed."""
    return browser.post(address, data={**shown(browser, address), **values})


def test_a_link_is_given_renewed_and_taken_back(office: Office) -> None:
    ada, guest = office.ada(), visitor(office.app)
    values = {"name": "Stadt <Hamm>", "email": "hamm@example.org"}
    token = shown(ada, LIST)["form_token"]
    assert send(ada, LIST, **values, form_token=token).location == f"{LIST}?done=added"
    assert send(ada, LIST, **values, form_token=token).location == f"{LIST}?done=again"
    [one] = all_partners()
    first = f"/partners/{one.token}"
    assert first in ada.get(LIST).text
    assert guest.get(first).status_code == 200
    assert send(ada, f"{LIST}/{one.id}/renew").location == f"{LIST}?done=renewed"
    [other] = all_partners()
    second = f"/partners/{other.token}"
    assert [guest.get(each).status_code for each in (first, second)] == [410, 200]
    assert send(ada, f"{LIST}/{other.id}/revoke").location == f"{LIST}?done=revoked"
    assert send(ada, f"{LIST}/{other.id}/revoke").location == f"{LIST}?done=again"
    assert guest.get(second).status_code == guest.post(second).status_code == 410
    assert guest.get("/partners/gibt-es-nicht").status_code == 404
    for act in ("partner.added", "partner.renewed", "partner.revoked"):
        [entry] = entries(act)
        assert entry.after == {"partner": "Stadt <Hamm>"}


def all_partners() -> list[Linked]:
    with reading() as connection:
        return list_partners(connection, event_of("treffen").id)


def test_a_partner_completes_the_date_and_registrations_follow(office: Office) -> None:
    for name in ("Erika", "Dan"):
        sign_up(event_of("treffen"), name)
    assert statuses() == ["confirmed", "waitlisted"]
    one, guest, before = partner(), visitor(office.app), event_of("treffen")
    address = f"/partners/{one.token}"
    page = guest.get(address)
    assert "Erika" not in page.text
    assert "2 Personen sind angemeldet" in page.text
    assert "Set-Cookie" not in page.headers
    assert guest.head(address).status_code == 200
    assert event_of("treffen") == before
    assert all_partners()[0].used_at is None
    values = {
        "starts_on": in_days(31).isoformat(),
        "starts_time": "18:30",
        "ends_time": "20:00",
        "venue_name": "Rathaus <b>",
        "venue_postal_code": "59065",
        "venue_city": "Hamm",
        "venue_accessibility": "Stufenlos\r\nInduktionsanlage\r\n",
        "capacity_in_person": "25",
        "contact_name": "Eva Ort",
        "contact_email": "eva@example.org",
        "host_note": "Wir freuen uns <i>auf Sie</i>.",
        "title": "Gekapert",
        "status": "cancelled",
    }
    assert write(guest, address, **values).location == f"{address}?done=saved"
    assert "Ihre Angaben sind gespeichert." in guest.get(f"{address}?done=saved").text
    event = event_of("treffen")
    assert (event.starts_at, event.title) == (at(in_days(31), 18, 30), before.title)
    assert (event.status, event.kind, event.waiting_list) == (before.status, before.kind, True)
    assert event.venue is not None
    assert event.venue.accessibility == ("Stufenlos", "Induktionsanlage")
    assert event.venue.one_line == "Rathaus <b>, Musterstraße 12, 59065 Hamm"
    assert (event.capacity_in_person, event.contact and event.contact.name) == (25, "Eva Ort")
    assert "Wir freuen uns &lt;i&gt;auf Sie" in visitor(office.app).get("/events/treffen").text
    assert statuses() == ["confirmed", "confirmed"]  # more places: who waited moved up
    [entry] = entries("event.completed")
    assert (entry.account_id, entry.after["partner"]) == (None, one.name)
    assert one.token not in str(entry)
    assert all_partners()[0].used_at is not None


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"starts_on": ""}, "Nennen Sie den ersten Tag."),
        ({"ends_time": "09:00"}, "Das Ende liegt nicht nach dem Beginn."),
        ({"starts_on": "2027-03-28", "starts_time": "02:30"}, "Diese Uhrzeit gibt es am"),
        ({"contact_email": "eva"}, "Ergänzen Sie das @"),
        ({"capacity_in_person": "-1"}, "Eine Zahl zwischen 0 und"),
        ({"venue_accessibility": "a\n" * 9}, "Bitte nicht mehr als 8 Zeilen."),
    ],
)
def test_what_does_not_fit_is_said(office: Office, values: dict[str, str], said: str) -> None:
    address, guest, before = (
        f"/partners/{partner().token}",
        visitor(office.app),
        event_of("treffen"),
    )
    answer = write(guest, address, **{"venue_name": "Rathaus", **values})
    assert answer.status_code == 422
    assert answer.text.count(said) == 2
    assert 'value="Rathaus"' in answer.text
    assert event_of("treffen") == before


def test_nothing_is_overwritten_unseen_and_nothing_comes_without_the_form(office: Office) -> None:
    address, guest = f"/partners/{partner().token}", visitor(office.app)
    old = shown(guest, address)
    assert guest.post(address, data={**old, "form_token": "x"}).status_code == 422
    write(guest, address, venue_name="Rathaus")
    refused = guest.post(address, data={**old, "venue_name": "Schule"})
    check_refused(refused, "changed-meanwhile")
    english = guest.post(f"{address}?lang=en", data={**old, "venue_name": "Schule"})
    check_refused(english, "changed-meanwhile", "en")
    assert "Haus oder Raum" in refused.text
    again = guest.post(address, data={**old, "venue_name": "Rathaus"})  # a second click
    assert again.location == f"{address}?done=saved"
    venue = event_of("treffen").venue
    assert venue is not None
    assert venue.name == "Rathaus"


def test_an_event_takes_fifty_partners(office: Office) -> None:
    ada, event = office.ada(), event_of("treffen")
    with transaction() as session:
        for n in range(MOST_PARTNERS):
            actions.add(session, event, f"Haus {n}", None, now=now())
    values = {"name": "Eines mehr", "form_token": shown(ada, LIST)["form_token"]}
    refused = send(ada, LIST, **values)
    check_refused(refused, "too-many-partners", most=MOST_PARTNERS)
    assert 'value="Eines mehr"' in refused.text


def test_after_the_end_it_only_shows(app: Flask) -> None:
    office = Office(app, "treffen", dates=[(at(in_days(-2), 10), at(in_days(-2), 12))])
    address, guest = f"/partners/{partner().token}", visitor(office.app)
    page = guest.get(address).text
    assert "Dieser Termin ist vorbei." in page
    assert "<form" not in page
    assert guest.post(address, data={"venue_name": "Schule"}).status_code == 422
    assert not entries("event.completed")


def test_only_who_may_edit(office: Office) -> None:
    one = partner()
    for browser, code in ((office.somebody(Role.VIEWER), 403), (office.cleo(), 404)):
        assert browser.get(LIST).status_code == code
        for address in (LIST, f"{LIST}/{one.id}/renew", f"{LIST}/{one.id}/revoke"):
            answer = send(browser, address, name="x")
            assert (answer.status_code, one.token in answer.text) == (code, False)
    assert all_partners() == [one]
    assert send(office.ada(), f"{LIST}/{one.id + 1}/revoke").status_code == 404
