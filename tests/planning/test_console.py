"""New, edit, publish, close, reopen, cancel, copy: what organisers do, and what is refused."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from eventapp import clock
from eventapp.clock import BERLIN
from eventapp.db import transaction
from eventapp.events.actions import update_event
from eventapp.networks.models import Network, Role, Scope
from eventapp.sitecache import bump
from tests.factories import ORIGIN, at, in_days, make_event, make_item, make_network, make_question
from tests.planning.office import EMPTY, FIRST_DAY, Office, event_of, filled, send, shown
from tests.refusals import check_refused
from tests.registration.test_actions import mails, sign_up, statuses
from tests.visitors import colleague, visitor

EDIT = "/organise/events/treffen/edit"
PAGE = "/organise/events/treffen"


@pytest.fixture
def office(app: Flask) -> Office:
    return Office(app)


@pytest.fixture
def busy(app: Flask) -> Office:
    """With an event that has one place, one guest and one who waits."""
    office = Office(app, "treffen", title="Treffen", capacity_in_person=1)
    event = event_of("treffen")
    for name in ("Erika", "Dan"):
        sign_up(event, name)
    return office


# --- new ----------------------------------------------------------------------------------------


def test_a_short_form_makes_a_draft(office: Office, client: FlaskClient) -> None:
    ada = office.ada()
    answer = send(ada, EMPTY, **filled(title="Jahrestreffen <b>2027</b>"))
    assert (answer.status_code, answer.location) == (
        303,
        "/organise/events/jahrestreffen-b-2027-b?done=created",
    )
    event = event_of("jahrestreffen-b-2027-b")
    assert (event.status, event.kind, event.network.slug) == ("draft", "annual_meeting", "netz")
    assert (event.starts_at, event.ends_at) == (at(FIRST_DAY, 10), at(FIRST_DAY, 16))
    assert (event.has_in_person, event.has_online, event.capacity_in_person) == (True, False, None)
    page = ada.get(answer.location).text
    assert "Der Entwurf ist angelegt" in page
    assert "Jahrestreffen &lt;b&gt;2027&lt;/b&gt;" in page
    assert client.get("/events/jahrestreffen-b-2027-b").status_code == 404


def test_a_draft_has_the_deadlines_of_its_network_and_they_move_along(office: Office) -> None:
    with transaction() as session:
        network = session.get_one(Network, office.network_id)
        network.assistance_days, network.closes_days = 14, 3
        bump(session, clock.now())
    ada = office.ada()
    assert send(ada, EMPTY, **filled()).status_code == 303
    event = event_of("jahrestreffen")
    assert event.assistance_deadline == FIRST_DAY - timedelta(days=14)
    assert event.registration_closes_at == at(FIRST_DAY - timedelta(days=3), 23, 59)
    later = FIRST_DAY + timedelta(days=7)
    values = filled(revision=str(event.revision), starts_on=later.isoformat())
    assert send(ada, "/organise/events/jahrestreffen/edit", **values).status_code == 303
    event = event_of("jahrestreffen")
    assert event.assistance_deadline == later - timedelta(days=14)
    assert event.registration_closes_at == at(later - timedelta(days=3), 23, 59)
    send(ada, EMPTY, **filled(title="Meilenstein", kind="milestone", attendance=[]))
    assert event_of("meilenstein").registration_closes_at is None


def test_everything_the_form_asks_is_kept(office: Office) -> None:
    values = filled(
        attendance=["in_person", "online"],
        venue_name="Haus",
        venue_street="Weg 1",
        venue_postal_code="12345",
        venue_city="Musterstadt",
        join_url="https://raum.example/1",
        capacity_in_person="150",
        summary="Kurz.",
        description="Eins\n\n**zwei**",
        contact_name="Ada",
        contact_email="ada@example.org",
        contact_phone="0123 456",
    )
    ada = office.ada()
    send(ada, EMPTY, **values)
    event = event_of("jahrestreffen")
    assert event.venue is not None
    assert event.venue.one_line == "Haus, Weg 1, 12345 Musterstadt"
    assert (event.capacity_in_person, event.capacity_online) == (150, None)
    assert (event.join_url, event.summary) == ("https://raum.example/1", "Kurz.")
    assert event.description == "Eins\n\n**zwei**"
    assert event.contact is not None
    assert event.contact.phone == "0123 456"
    form = shown(ada, "/organise/events/jahrestreffen/edit")
    send(ada, "/organise/events/jahrestreffen/edit", **form)
    assert event_of("jahrestreffen") == event  # untouched is unchanged


def test_the_time_may_stay_open(office: Office) -> None:
    values = filled(starts_time="", ends_time="", ends_on=(FIRST_DAY + timedelta(1)).isoformat())
    send(office.ada(), EMPTY, **values)
    event = event_of("jahrestreffen")
    assert (event.starts_at, event.starts_on) == (None, FIRST_DAY)
    assert event.ends_on == FIRST_DAY + timedelta(1)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"title": " "}, "Geben Sie der Veranstaltung einen Titel."),
        ({"kind": ""}, "Wählen Sie die Art"),
        ({"kind": "party"}, "Wählen Sie aus den angebotenen Möglichkeiten."),
        ({"starts_on": ""}, "Nennen Sie den ersten Tag."),
        ({"starts_on": "morgen"}, "Schreiben Sie den Tag so"),
        ({"starts_on": "1027-01-01"}, "Prüfen Sie das Jahr."),
        ({"starts_time": "zehn"}, "Schreiben Sie die Uhrzeit so"),
        ({"ends_time": ""}, "Nennen Sie Beginn und Ende"),
        ({"ends_time": "10:00"}, "Das Ende liegt nicht nach dem Beginn."),
        ({"ends_on": "2020-01-01"}, "Das Ende liegt nicht nach dem Beginn."),
        ({"attendance": []}, "Wählen Sie „Vor Ort“, „Online“ oder beides."),
        ({"kind": "milestone"}, "Zu einem Meilenstein meldet sich niemand an."),
        ({"capacity_online": "5"}, "So kann niemand teilnehmen."),
        ({"capacity_in_person": "viele"}, "Geben Sie eine ganze Zahl ein"),
        ({"capacity_in_person": "-1"}, "Eine Zahl zwischen 0 und 100000"),
        ({"join_url": "https://raum.example"}, "Ein Zugangslink gehört zu „Online“."),
        ({"attendance": ["online"], "join_url": "raum"}, "Beginnen Sie die Adresse mit https://."),
        ({"contact_email": "ada"}, "Ergänzen Sie das @"),
        ({"summary": "x" * 301}, "Bitte kürzen Sie auf höchstens 300 Zeichen."),
    ],
)
def test_what_does_not_fit_is_said_and_kept(
    office: Office, values: dict[str, Any], said: str
) -> None:
    answer = send(office.ada(), EMPTY, **filled(contact_name="Bleibt stehen", **values))
    assert answer.status_code == 422
    assert "<title>Fehler: " in answer.text
    assert answer.text.count(said) == 2  # in the summary and beside the field
    assert 'value="Bleibt stehen"' in answer.text


def test_a_german_day_is_understood(office: Office) -> None:
    send(office.ada(), EMPTY, **filled(starts_on=FIRST_DAY.strftime("%d.%m.%Y")))
    assert event_of("jahrestreffen").first_day == FIRST_DAY


def test_a_wall_time_that_does_not_exist_is_refused(office: Office) -> None:
    night = {"starts_on": "2027-03-28", "starts_time": "02:30", "ends_time": "05:00"}
    answer = send(office.ada(), EMPTY, **filled(**night))
    assert answer.status_code == 422
    assert "gibt es am 28.\xa0März 2027 nicht" in answer.text
    assert 'href="#starts_time"' in answer.text


@pytest.mark.parametrize(("fold", "hour"), [("first", 0), ("second", 1)])
def test_a_wall_time_that_happens_twice_is_asked_about(
    office: Office, fold: str, hour: int
) -> None:
    ada = office.ada()
    night = filled(starts_on="2027-10-31", starts_time="02:30", ends_time="05:00")
    assert "starts_fold" not in ada.get(EMPTY).text
    asked = send(ada, EMPTY, **night)
    assert asked.status_code == 422
    assert "gibt es am 31.\xa0Oktober 2027 zweimal" in asked.text
    assert asked.text.count('name="starts_fold"') == 2
    send(ada, EMPTY, **night, starts_fold=fold)
    start = event_of("jahrestreffen").starts_at
    assert start is not None
    assert (start.hour, start.minute) == (hour, 30)
    assert shown(ada, "/organise/events/jahrestreffen/edit")["starts_fold"] == [fold]


def test_one_address_for_each_title(office: Office) -> None:
    ada = office.ada()
    for slug in ("jahrestreffen", f"jahrestreffen-{FIRST_DAY.year}"):
        assert slug in send(ada, EMPTY, **filled()).location


def test_a_second_click_makes_no_second_draft(office: Office) -> None:
    ada = office.ada()
    form = filled(form_token=shown(ada, EMPTY)["form_token"][0])
    first, second = (send(ada, EMPTY, **form) for _click in range(2))
    assert first.location == "/organise/events/jahrestreffen?done=created"
    assert second.location == "/organise/events/jahrestreffen?done=again"
    assert "kam zweimal an" in ada.get(second.location).text
    eva = office.somebody(Role.OWNER, "eva")  # a form is its sender's
    assert "done=created" in send(eva, EMPTY, **form).location
    copy = {"title": "Kopie", "starts_on": "2030-01-01", "form_token": "x"}
    address = "/organise/events/jahrestreffen/copy"
    assert [send(ada, address, **copy).location[-6:] for _click in range(2)] == ["copied", "=again"]


# --- who may ------------------------------------------------------------------------------------


def test_only_networks_where_one_may_plan_are_offered(office: Office) -> None:
    ada = office.ada()
    assert 'name="network"' not in ada.get(EMPTY).text
    send(ada, EMPTY, **filled(network="schwester"))
    assert event_of("jahrestreffen").network.slug == "netz"
    roles = [(Role.ORGANISER, Scope.NETWORK, office.network_id)]
    both = colleague(office.app, "eva", *roles, (Role.ORGANISER, Scope.NETWORK, office.sister_id))
    with transaction() as session:
        make_network(session, "fremd")
    page = both.get(EMPTY).text
    assert ['value="netz"' in page, 'value="schwester"' in page] == [True, True]
    assert "fremd" not in page
    assert send(both, EMPTY, **filled(network="fremd")).status_code == 422
    assert send(both, EMPTY, **filled(network="schwester")).status_code == 303


@pytest.mark.parametrize("role", [Role.VIEWER, Role.DOOR, Role.ASSISTANCE, Role.AUDITOR])
def test_who_reads_does_not_change(app: Flask, role: Role) -> None:
    office = Office(app, "treffen", status="draft", title="Geheim")
    ben = office.somebody(role)
    assert "Neue Veranstaltung" not in ben.get("/organise/").text
    page = ben.get(PAGE).text
    assert "Geheim" in page
    assert "Veröffentlichen</span>" not in page
    assert "/edit" not in page
    for address in (EMPTY, EDIT, f"{PAGE}/cancel", f"{PAGE}/copy"):
        assert ben.get(address).status_code == 403
        assert send(ben, address, **filled()).status_code == 403
    for step in ("publish", "close", "reopen"):
        assert send(ben, f"{PAGE}/{step}").status_code == 403
    assert event_of("treffen").status == "draft"


def test_a_draft_of_others_is_as_if_it_were_not(app: Flask) -> None:
    office = Office(app, "treffen", status="draft", title="Geheim")
    cleo = office.cleo()
    for address in (PAGE, f"{PAGE}/preview", EDIT, f"{PAGE}/cancel", f"{PAGE}/copy"):
        answer, nothing = cleo.get(address), cleo.get(address.replace("treffen", "keines"))
        assert answer.status_code == nothing.status_code == 404
        assert answer.text.replace("treffen", "keines") == nothing.text
    for step in ("edit", "publish", "close", "reopen", "cancel", "copy"):
        answer = send(cleo, f"{PAGE}/{step}", **filled())
        assert (answer.status_code, "Geheim" in answer.text) == (404, False)
    assert "Geheim" not in cleo.get("/organise/").text
    assert visitor(app).get(f"{PAGE}/preview").status_code == 302


def test_who_may_edit_one_event_leaves_it_in_its_network(app: Flask) -> None:
    office = Office(app, "treffen")
    role = (Role.ORGANISER, Scope.EVENT, event_of("treffen").id)
    eva = colleague(app, "eva", role, (Role.ORGANISER, Scope.NETWORK, office.sister_id))
    form = shown(eva, EDIT)
    assert "network" not in form
    send(eva, EDIT, **{**form, "title": "Neu", "network": "schwester"})
    assert (event_of("treffen").title, event_of("treffen").network.slug) == ("Neu", "netz")
    assert send(eva, f"{PAGE}/copy", title="Kopie", starts_on="2030-01-01").status_code == 403


# --- edit ---------------------------------------------------------------------------------------


def test_more_places_let_those_who_wait_move_up(busy: Office) -> None:
    ada = busy.ada()
    form = {**shown(ada, EDIT), "capacity_in_person": "2"}
    answer = send(ada, EDIT, **form)
    assert answer.location == f"{PAGE}?done=saved"
    assert statuses() == ["confirmed", "confirmed"]
    assert [kind for kind, _ in mails()][-1] == "registration-promoted"
    assert "Ihre Änderungen sind gespeichert." in ada.get(answer.location).text


def test_two_who_edit_do_not_overwrite_each_other(busy: Office) -> None:
    ada, eva = busy.ada(), busy.somebody(Role.OWNER, "eva")
    hers = {**shown(ada, EDIT), "title": "Von Ada"}
    theirs = {**shown(eva, EDIT), "venue_city": "Evastadt"}
    assert send(eva, EDIT, **theirs).status_code == 303
    refused = send(ada, EDIT, **hers)
    check_refused(refused, "changed-meanwhile")
    assert "Anders gespeichert als in Ihrem Formular: Titel, Ort." in refused.text
    assert 'value="Von Ada"' in refused.text
    assert event_of("treffen").title == "Treffen"
    again = {**hers, "revision": str(event_of("treffen").revision)}
    assert f'name="revision" value="{again["revision"]}"' in refused.text
    assert send(ada, EDIT, **again).status_code == 303
    assert event_of("treffen").title == "Von Ada"


@pytest.mark.parametrize("revision", ["", "x", "²", "9" * 30])
def test_a_made_up_revision_saves_nothing(busy: Office, revision: str) -> None:
    ada = busy.ada()
    form = {**shown(ada, EDIT), "title": "Neu", "revision": revision}
    assert send(ada, EDIT, **form).status_code == 422
    assert event_of("treffen").title == "Treffen"


def test_a_way_that_people_take_cannot_be_dropped(busy: Office) -> None:
    ada = busy.ada()
    form = {**shown(ada, EDIT), "attendance": ["online"], "capacity_in_person": ""}
    refused = send(ada, EDIT, **form)
    check_refused(refused, "attendance-in-use", n=2)
    assert refused.text.count("2 Angemeldete nehmen so teil.") == 2
    assert event_of("treffen").has_in_person


def test_the_programme_moves_along(app: Flask) -> None:
    office = Office(app, "treffen")
    with transaction() as session:
        make_event(session, "kurs", network_id=office.network_id)
        event = make_event(session, "tagung", network_id=office.network_id)
        make_item(session, event, "vortrag")
    before = event_of("tagung").programme[0]
    ada = office.ada()
    form = shown(ada, "/organise/events/tagung/edit")
    later = in_days(37)
    send(ada, "/organise/events/tagung/edit", **{**form, "starts_on": later.isoformat()})
    after = event_of("tagung").programme[0]
    assert after.id == before.id
    assert after.starts_at.astimezone(BERLIN).date() == later
    assert event_of("tagung").starts_at == at(later, 13, 30)


def test_the_programme_keeps_a_day(app: Flask) -> None:
    office = Office(app, "tagung", dates=[(at(in_days(30), 10), at(in_days(31), 16))])
    with transaction() as session:
        update_event(
            session,
            "tagung",
            origin=ORIGIN,
            now=clock.now(),
            programme=[
                {
                    "slug": "a",
                    "title": "Abschluss",
                    "starts_at": at(in_days(31), 10),
                    "ends_at": at(in_days(31), 11),
                    "room": None,
                    "speakers": [],
                    "capacity": None,
                    "choice_group": None,
                }
            ],
        )
    ada = office.ada()
    form = shown(ada, "/organise/events/tagung/edit")
    refused = send(ada, "/organise/events/tagung/edit", **{**form, "ends_on": ""})
    assert refused.status_code == 422
    assert "„Abschluss“ im Programm läge dann an keinem Tag" in refused.text


def test_dates_of_a_course_stay(app: Flask) -> None:
    spans = [(at(in_days(n), 10), at(in_days(n), 12)) for n in (20, 27)]
    office = Office(app, "kurs", dates=spans)
    before, ada = event_of("kurs"), office.ada()
    form = shown(ada, "/organise/events/kurs/edit")
    assert "starts_on" not in form
    send(ada, "/organise/events/kurs/edit", **{**form, "title": "Neu", "starts_on": "2020-01-01"})
    after = event_of("kurs")
    assert (after.title, after.dates) == ("Neu", before.dates)


# --- steps --------------------------------------------------------------------------------------


def test_publish_close_reopen_cancel(app: Flask, client: FlaskClient) -> None:
    ada = Office(app, "treffen", status="draft").ada()
    for step, done in [
        ("publish", "Die Veranstaltung ist veröffentlicht."),
        ("close", "Die Anmeldung ist geschlossen."),
        ("reopen", "Die Anmeldung ist wieder offen."),
        ("cancel", "Die Veranstaltung ist abgesagt."),
    ]:
        assert ada.get(f"{PAGE}/{step}").status_code in (200, 405)
        assert done not in ada.get(PAGE).text
        answer = send(ada, f"{PAGE}/{step}")
        assert answer.status_code == 303
        assert done in ada.get(answer.location).text
        is_open = "Verbindlich anmelden" in client.get("/events/treffen/register").text
        assert is_open == (step in ("publish", "reopen"))
    assert event_of("treffen").status == "cancelled"
    late = send(ada, f"{PAGE}/publish")  # no way back by an old page
    assert "nicht mehr möglich" in ada.get(late.location).text
    assert event_of("treffen").status == "cancelled"


@pytest.mark.parametrize("days", [-1, 20, None])
def test_reopening_remembers_the_deadline(app: Flask, days: int | None) -> None:
    """One that has passed meanwhile, one ahead, none."""
    deadline = None if days is None else at(in_days(20), 12)
    ada = Office(app, "treffen", registration_closes_at=deadline).ada()
    send(ada, f"{PAGE}/close")
    closed = event_of("treffen")
    assert closed.registration_closes_at != deadline
    assert closed.earlier_closes_at == deadline
    page = ada.get(PAGE).text
    assert ("gilt die frühere Frist" in page) == (deadline is not None)
    if days == -1:
        with transaction() as session:
            past = at(in_days(-1), 12)
            update_event(session, "treffen", origin=ORIGIN, now=clock.now(), earlier_closes_at=past)
    send(ada, f"{PAGE}/reopen")
    reopened = event_of("treffen")
    assert reopened.registration_closes_at == (deadline if days == 20 else None)
    assert reopened.earlier_closes_at is None


def test_reading_changes_nothing(app: Flask) -> None:
    ada = Office(app, "treffen", status="draft").ada()
    before = event_of("treffen")
    for path in ("", "/edit", "/preview", "/cancel", "/copy", "/publish", "/close", "/reopen"):
        ada.get(f"{PAGE}{path}")
    assert event_of("treffen") == before
    assert ada.get(f"{PAGE}/publish").status_code == 405


def test_the_cancel_page_names_how_many_it_concerns(busy: Office) -> None:
    page = busy.ada().get(f"{PAGE}/cancel").text
    assert page.count("1 E-Mail<") == 2


def test_an_old_page_tells_nothing_untrue(app: Flask) -> None:
    ada = Office(app, "treffen", status="draft").ada()
    for done in ("published", "closed", "cancelled", "nonsense", "<b>"):
        assert 'class="done"' not in ada.get(f"{PAGE}?done={done}").text


# --- copy ---------------------------------------------------------------------------------------


def test_a_copy_is_a_draft_a_year_later(busy: Office) -> None:
    with transaction() as session:
        event = make_event(
            session,
            "tagung-2025",
            network_id=busy.network_id,
            title="Tagung 2025",
            dates=[
                (datetime(2025, 9, 10, 10, tzinfo=BERLIN), datetime(2025, 9, 10, 16, tzinfo=BERLIN))
            ],
            has_online=True,
            join_url="https://alt.example",
            assistance_deadline=datetime(2025, 8, 13, tzinfo=BERLIN).date(),
            registration_closes_at=datetime(2025, 9, 1, tzinfo=BERLIN),
        )
        make_item(session, event, "a", choice_group="werkstatt", capacity=5)
        make_question(session, event)
    ada = busy.ada()
    address = "/organise/events/tagung-2025/copy"
    form = shown(ada, address)
    answer = send(ada, address, **form)
    assert answer.status_code == 303
    made = event_of(answer.location.split("/")[-1].partition("?")[0])
    old = event_of("tagung-2025")
    assert made.starts_at is not None
    wall = made.starts_at.astimezone(BERLIN)
    assert (wall.weekday(), wall.hour) == (2, 10)
    assert wall.date() > clock.berlin_day(clock.now())
    assert made.title == f"Tagung {wall.year}"
    assert (made.status, made.network, made.venue) == ("draft", old.network, old.venue)
    assert [(each.slug, each.group, each.capacity) for each in made.programme] == [
        ("a", "werkstatt", 5)
    ]
    assert made.programme[0].starts_at == made.starts_at
    assert [question.key for question in made.questions] == ["anreise"]
    assert made.assistance_deadline is not None
    assert (made.first_day - made.assistance_deadline).days == 28
    assert (made.join_url, made.registration_closes_at) == (None, None)
    assert made.dates[0].uid != old.dates[0].uid
    assert "Die Kopie ist angelegt" in ada.get(answer.location).text


def test_a_copied_course_keeps_its_rhythm(app: Flask) -> None:
    spans = [(at(in_days(n), 10), at(in_days(n), 12)) for n in (20, 27)]
    ada = Office(app, "kurs", dates=spans).ada()
    send(ada, "/organise/events/kurs/copy", **shown(ada, "/organise/events/kurs/copy"))
    made = event_of(f"kurs-{in_days(384).year}")
    assert len(made.dates) == 2
    first, second = (each.starts_at for each in made.dates)
    assert first is not None
    assert second is not None
    assert (second.astimezone(BERLIN).date() - first.astimezone(BERLIN).date()).days == 7


def test_a_copy_needs_a_title_and_a_day(app: Flask) -> None:
    ada = Office(app, "treffen").ada()
    refused = send(ada, f"{PAGE}/copy", title="", starts_on="")
    assert refused.status_code == 422
    assert "Nennen Sie den ersten Tag." in refused.text
