"""A file with every key there is: each arrives, once; what a later file leaves out stays."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel
from sqlalchemy import select
from yaml import BaseLoader, load

from eventapp.base import table_of
from eventapp.db import reading
from eventapp.events.models import Event, EventStatus
from eventapp.importing import document as shape
from eventapp.networks.models import Membership, Organisation
from eventapp.networks.queries import get_tree
from eventapp.reminders.plans import Plan, get_plan
from tests.importing import files
from tests.importing.files import NOW, everything
from tests.stored import stored

pytestmark = pytest.mark.usefixtures("app")

FULL = Path(__file__).with_name("full.yaml").read_text(encoding="utf-8")
LATER = NOW + timedelta(days=1)


@pytest.fixture(autouse=True)
def imported(app: object) -> None:
    del app
    files.load(FULL)


def row_of(slug: str) -> Any:
    with reading() as connection:
        return connection.execute(select(table_of(Event)).filter_by(slug=slug)).one()


def utc(month: int, day: int, hour: int) -> datetime:
    return datetime(2027, month, day, hour, tzinfo=UTC)


def test_the_file_holds_every_key() -> None:
    data = load(FULL, Loader=BaseLoader)
    [course], [questions] = data["events"][:1], [data["events"][0]["questions"]]
    programme = course["programme"][0]
    given: list[tuple[type[BaseModel], set[str]]] = [
        (shape.Event, {*course, *data["events"][1]}),
        (shape.Network, set(data["networks"][0])),
        (shape.Organisation, set(data["organisations"][0])),
        (shape.Series, set(data["series"][0])),
        (shape.Region, set(data["regions"][1])),
        (shape.Item, set(programme)),
        (shape.Question, {key for question in questions for key in question}),
        (shape.SignUp, set(course["registration"])),
        (shape.Venue, set(course["venue"])),
        (shape.Rule, {*course["attendance_rule"], "least_percent"}),
        (shape.Reminder, {key for each in course["reminders"] for key in each}),
        (shape.Controller, set(data["networks"][0]["controller"])),
    ]
    assert [model.__name__ for model, keys in given if keys != set(model.model_fields)] == []


def test_columns() -> None:
    row = row_of("kurs")
    assert (row.title, row.summary, row.kind, row.status) == ("on", "no", "training", "published")
    assert (row.starts_at, row.ends_at) == (utc(3, 27, 9), utc(11, 3, 11))
    assert (row.has_in_person, row.has_online, row.waiting_list) == (True, True, False)
    assert (row.names_at_door, row_of("tage").names_at_door) == (True, False)
    assert (row.ask_coming, row_of("tage").ask_coming) == ("all", None)
    assert (row.gives_certificates, row_of("tage").gives_certificates) == (True, False)
    assert (row.walk_ins, row_of("tage").walk_ins) == ("beyond", None)
    assert (row.capacity_in_person, row.capacity_online) == (150, None)
    assert (row.venue_street, row.venue_postal_code) == ("Musterweg 007", "01067")
    assert row.venue_accessibility == ["Rampe", "1.10 m"]
    assert (row.join_url, row.dial_in) == ("https://raum.example/1", "0351 000-1, Raum 0815")
    assert (row.door_minutes, row.join_notes) == (30, "Kamera bereitlegen")
    assert row.test_url == "https://probe.example"
    assert row.contact_email == "buero@stadt.example"
    assert (row.assistance_deadline, row.assistance_contact) == (date(2027, 3, 1), "Büro")
    assert len(row.fields) == 9
    assert row.description == "Ein *Kurs*.\n\nZwei Absätze."
    assert (row.registration_opens_at, row.registration_closes_at) == (utc(1, 4, 7), utc(3, 26, 17))
    assert (row.audience, row.delegates_per_organisation) == ("invited", 2)
    assert (row.release_unused_on, row.confirm_email, row.approval) == (date(2027, 3, 20), 1, 1)
    assert row.offer_hours == 12
    assert (row.organizer_name, row.organizer_email) == ("Landesnetz", "post@land.example")


def test_what_counts_as_having_taken_part() -> None:
    rule = {"least_dates": 2, "least_minutes": 45, "total_minutes": 180, "items": ["a"]}
    assert row_of("kurs").attendance_rule == {**rule, "for_funder": True}
    assert row_of("tage").attendance_rule is None
    files.load(
        "events: [{slug: kurs, attendance_rule: {least_percent: 80, items: [b]}}]", now=LATER
    )
    assert row_of("kurs").attendance_rule == {"least_percent": 80, "items": ["b"]}
    files.load("events: [{slug: kurs, attendance_rule: {}}]", now=LATER)
    assert row_of("kurs").attendance_rule is None


def test_what_belongs_to_the_event() -> None:
    event = stored("kurs")
    assert [each.starts_at for each in event.dates] == [utc(3, 27, 9), utc(3, 29, 8), utc(11, 3, 9)]
    assert len({each.uid for each in event.dates}) == 3
    assert event.network.slug == "stadt"
    assert [host.network and host.network.slug for host in event.hosts] == ["land", None]
    assert event.series is not None
    assert event.region is not None
    assert (event.series.slug, event.region.slug) == ("reihe", "dresden")
    assert [each.slug for each in event.topics] == ["jugend"]
    assert [host.part for host in event.hosts] == ["coordination", "logo_only"]
    assert event.hosts[1].name == "Verband"
    first, second = event.programme
    assert (first.title, first.room, first.speakers) == ("1e3", "2.10", ("Ada", "Ben"))
    assert (first.capacity, first.group, second.group) == (20, "wahl", "wahl")
    train, which = event.questions
    assert (train.required, train.sensitive, which.required, which.sensitive) == (1, 0, 0, 1)
    assert (which.options, which.only_for) == (("0815", "4711"), "in_person")
    assert (which.only_if, which.delete_after_days) == ({"question": "bahn", "is": "yes"}, 14)
    days = stored("tage")
    assert (days.starts_on, days.ends_on) == (date(2027, 5, 13), date(2027, 5, 14))


def test_reminders() -> None:
    with reading() as connection:
        plan = get_plan(connection, stored("kurs").id)
        usual = get_plan(connection, stored("tage").id)
    assert [each.key for each in plan.steps] == ["before-3-days-in_person", "after-2-hours-present"]
    assert (plan.steps[0].text, plan.steps[0].text_en) == ("Bitte Schuhe", "Shoes please")
    assert usual.revision == 0
    files.load("events: [{slug: kurs, reminders: []}]", now=LATER)
    with reading() as connection:
        assert get_plan(connection, stored("kurs").id) == Plan((), 2)


def test_networks_and_organisations() -> None:
    with reading() as connection:
        tree = get_tree(connection)
        [verband] = connection.execute(select(table_of(Organisation)))
        members = connection.scalars(select(Membership.network_id)).all()
    land, stadt = tree.get_by_slug("land"), tree.get_by_slug("stadt")
    assert (land.inherited.door_minutes, stadt.inherited.door_minutes) == (20, 20)
    assert (land.name, land.description, land.lead) == ("Landesnetz", "Alle zusammen.", "Verband")
    assert stadt.controller == land.controller
    assert land.controller is not None
    assert (land.controller.phone, land.controller.imprint) == ("0351 0", "VR 007")
    assert land.controller.address_lines == ("Weg 1", "01067 Dresden")
    assert (verband.district, verband.contact_email) == ("Mitte", "info@verband.example")
    assert (verband.type, verband.delegate_quota) == ("verband", 3)
    assert sorted(members) == sorted([land.id, stadt.id])


def test_the_same_file_writes_nothing_whenever_it_comes() -> None:
    before = everything()
    files.load(FULL, now=LATER)
    assert everything() == before


def test_a_moved_date_raises_sequence_and_keeps_its_uid() -> None:
    before, site = stored("kurs"), everything()["site_revision"]
    files.load(FULL.replace("2027-03-29T10:00", "2027-03-29T10:30"), now=LATER)
    after = stored("kurs")
    assert [each.uid for each in after.dates] == [each.uid for each in before.dates]
    assert [each.id for each in after.dates] == [each.id for each in before.dates]
    assert (after.sequence, after.revised_at) == (before.sequence + 1, LATER)
    assert after.dates[1].starts_at == utc(3, 29, 8) + timedelta(minutes=30)
    assert stored("tage").revised_at == NOW
    assert everything()["site_revision"] != site


def test_an_entry_that_names_only_its_slug_changes_nothing() -> None:
    before = everything()
    sections = ("networks", "organisations", "topics", "regions", "series", "events")
    slugs = ("stadt", "verband", "jugend", "dresden", "reihe", "kurs")
    lines = [f"{s}: [{{slug: {slug}}}]" for s, slug in zip(sections, slugs, strict=True)]
    files.load("\n".join(lines), now=LATER)
    assert everything() == before


@pytest.mark.parametrize("status", EventStatus)
def test_a_status_is_a_change_of_the_calendar(status: EventStatus) -> None:
    files.load(f"events: [{{slug: kurs, status: {status}}}]", now=LATER)
    is_changed = status != EventStatus.PUBLISHED
    assert (stored("kurs").status, stored("kurs").sequence) == (status, int(is_changed))
