"""An import writes what the file says, and the same file once more writes nothing."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select

from eventapp.db import reading, transaction
from eventapp.importing.actions import Imported
from eventapp.networks.models import Membership
from eventapp.networks.queries import get_tree
from eventapp.registration.actions import Person, SignupRequest, register
from eventapp.sitecache import site_revision
from tests.importing.files import (
    ITEM,
    NOW,
    QUESTION_A,
    QUESTION_B,
    WHEN,
    event,
    everything,
    load,
    refused,
)
from tests.stored import stored

pytestmark = pytest.mark.usefixtures("app")

FULL = f"""\
networks:
  - {{slug: unten, name: Unten, parent: oben}}
  - slug: oben
    name: Oben
    lead_organisation: stelle
    sender: {{name: Oben, email: post@oben.example}}
    controller: {{name: Oben, address: "Weg 1\\n01067 Dresden", email: recht@oben.example}}
organisations:
  - {{slug: stelle, name: Ärztliche Stelle, type: land, networks: [oben, unten]}}
topics: [{{slug: thema, name: Thema}}]
regions:
  - {{slug: stadt, name: Stadt, parent: land}}
  - {{slug: land, name: Land}}
series: [{{slug: reihe, title: Reihe, network: unten}}]
events:
  - slug: treffen
    title: "on"
    kind: network_meeting
    network: unten
    hosts: [stelle]
    co_networks: [oben]
    series: reihe
    topics: [thema]
    region: stadt
    starts_at: 2024-09-11T13:30
    ends_at: 2024-09-11T15:00
    attendance: [in_person, online]
    capacity: {{in_person: 3, online: null}}
    status: published
    venue: {{name: Haus, postal_code: 01067, city: Dresden, accessibility: [Rampe]}}
    assistance: {{deadline: 2024-08-11, contact: Büro}}
    fields: [organisation, diet]
    registration: {{opens_at: 2024-08-01T08:00, audience: members, confirm_email: on}}
    programme:
      - {{slug: a, title: A, {ITEM}, capacity: 2, choice: gruppe}}
      - {{slug: b, title: B, {ITEM}, choice: gruppe, speakers: [Frau Eins]}}
    questions:
      - {{{QUESTION_A}, type: choice, options: [no, 007]}}
      - {{{QUESTION_B}, type: text, only_if: {{question: a, is: no}}}}
"""


def test_writes_what_the_file_says() -> None:
    assert load(FULL) == Imported(2, 1, 1, 2, 1, 1)
    event = stored()
    assert (event.title, event.starts_at) == ("on", datetime(2024, 9, 11, 11, 30, tzinfo=UTC))
    assert (event.first_day, event.capacity_in_person, event.capacity_online) == (
        date(2024, 9, 11),
        3,
        None,
    )
    assert event.venue is not None
    assert event.venue.one_line == "Haus, 01067 Dresden"
    assert event.registration_opens_at == datetime(2024, 8, 1, 6, tzinfo=UTC)
    assert (event.audience, event.confirm_email, event.approval) == ("members", True, False)
    assert event.organizer is not None
    assert event.organizer.email == "post@oben.example"
    assert [each.group for each in event.programme] == ["gruppe", "gruppe"]
    assert event.questions[0].options == ("no", "007")
    assert event.questions[1].only_if == {"question": "a", "is": "no"}
    assert [date.uid[-15:] for date in event.dates] == ["@events.example"]
    with reading() as connection:
        node = get_tree(connection).get_by_slug("unten")
        assert node.controller is not None
        assert (node.lead, node.controller.slug) == (None, "oben")
        assert connection.scalar(select(func.count()).select_from(Membership)) == 2


def test_importing_twice_changes_nothing() -> None:
    load(FULL)
    before = everything()
    load(FULL, now=NOW.replace(year=2025))
    assert everything() == before


def test_what_is_not_named_stays() -> None:
    load(FULL)
    before = stored()
    load("events:\n  - {slug: treffen, venue: {name: Hof}, capacity: {in_person: 5}}\n")
    after = stored()
    assert after.venue is not None
    assert after.venue.one_line == "Hof, 01067 Dresden"
    assert after.venue.accessibility == ("Rampe",)
    assert (after.capacity_in_person, after.revision) == (5, before.revision + 1)
    for name in ("title", "programme", "questions", "topics", "hosts", "dates", "fields"):
        assert getattr(after, name) == getattr(before, name)


def test_null_empties_and_a_new_list_replaces() -> None:
    load(FULL)
    load("events:\n  - {slug: treffen, venue: null, series: null, topics: [], questions: []}\n")
    after = stored()
    assert (after.venue, after.series, after.topics, after.questions) == (None, None, (), ())


def test_a_change_is_checked_against_what_is_stored() -> None:
    load(FULL)
    entry = "events:\n  - {{slug: treffen, {}}}\n"
    [problem] = refused(entry.format("ends_at: 2024-09-11T13:00"))
    assert problem.message == "must be after `starts_at`"
    [problem] = refused(entry.format("assistance: {deadline: 2024-09-12}"))
    assert problem.message == "is after the event begins"


def test_what_somebody_has_chosen_stays() -> None:
    load(event(programme=f"[{{slug: a, title: A, {ITEM}, capacity: 2}}]"))
    guest, treffen = Person("Gast", "Beispiel", "gast@beispiel.example"), stored()
    with transaction() as session:
        request = SignupRequest(guest, "in_person", items=treffen.choices)
        register(session, treffen, request, form_token="t", now=NOW)
    load(event(programme=f"[{{slug: b, title: B, {ITEM}, capacity: 2}}]"))
    assert [item.slug for item in stored().programme] == ["a", "b"]
    before = everything()
    load(event(programme=f"[{{slug: b, title: B, {ITEM}, capacity: 2}}]"))
    assert everything() == before


def test_a_single_day_needs_no_end() -> None:
    load(event(*WHEN, starts_on="2024-05-13"))
    assert (stored().starts_on, stored().ends_on) == (date(2024, 5, 13), date(2024, 5, 13))
    load("events:\n  - {slug: treffen, starts_on: 2024-05-20}\n")
    assert (stored().starts_on, stored().ends_on) == (date(2024, 5, 20), date(2024, 5, 20))


def test_times_replace_an_open_day() -> None:
    load(event(*WHEN, starts_on="2024-09-11"))
    [before] = stored().dates
    load(event())
    [after] = stored().dates
    assert (after.uid, after.starts_on) == (before.uid, None)
    assert after.starts_at == datetime(2024, 9, 11, 11, 30, tzinfo=UTC)


def test_a_refused_import_leaves_the_caches_alone() -> None:
    load(event())
    with reading() as connection:
        revision = site_revision(connection)
    refused(event(title="Anders", kind="party"))
    with reading() as connection:
        assert site_revision(connection) == revision
    assert stored().title == "Treffen"
