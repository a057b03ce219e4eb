"""The organisers' pages about people: what they show and to whom; hostile names."""

import csv
import io
import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from eventapp.db import transaction
from eventapp.events.definition import EventDefinition
from eventapp.networks.models import Role, Scope
from eventapp.registration import actions
from eventapp.registration.actions import Person, SignupRequest
from tests.factories import make_event, make_network, make_question
from tests.registration.test_actions import (
    NOW,
    cancel,
    event_of,
    plan,
    rows,
    sign_up,
    statuses,
)
from tests.visitors import Visitor, colleague

LATER = NOW + timedelta(minutes=5)
HOSTILE = (
    '=HYPERLINK("http://x.example")',
    "<img src=x onerror=alert(1)>",
    "{{7*7777}}",
    "\u202eX",
)


def account(app: Flask, *roles: tuple[Role, Scope, int], email: str = "ada@example.org") -> Visitor:
    """Somebody logged in with these roles."""
    return colleague(app, email.partition("@")[0], *roles)


def organiser(app: Flask, event: EventDefinition, role: Role = Role.ORGANISER) -> Visitor:
    return account(app, (role, Scope.EVENT, event.id))


def address(event: EventDefinition, rest: str = "") -> str:
    return f"/organise/events/{event.slug}/participants{rest}"


def enter(event: EventDefinition, first_name: str, last_name: str, **values: Any) -> int:
    """A person straight into the event; the id."""
    email = f"gast{len(rows())}@example.org"
    attendance = values.pop("attendance", "in_person")
    answers, needs = values.pop("answers", {}), values.pop("needs", None)
    items = values.pop("items", ())
    request = SignupRequest(
        person=Person(first_name, last_name, email, **values),
        attendance=attendance,
        answers=answers,
        needs=needs,
        items=[item for item in event.choices if item.slug in items],
    )
    with transaction() as session:
        actions.register(session, event, request, form_token=email, now=NOW)
    return int(rows()[-1].id)


def names_on(page: str) -> list[str]:
    """Who stands in the list, in its order."""
    found = re.findall(r'table__main"><a [^>]*>(.*?)</a>', page)
    return [re.sub("<[^>]+>", "", each) for each in found]


def csv_of(browser: Visitor, event: EventDefinition, query: str = "") -> list[dict[str, str]]:
    answer = browser.get(address(event, f"/list.csv{query}"))
    assert answer.status_code == 200
    text = answer.get_data().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


# --- the list -----------------------------------------------------------------------------------


def test_the_list_counts_searches_filters_and_orders(app: Flask) -> None:
    item = {"slug": "a", "choice_group": "w", "title": "Singen"}
    event = plan(capacity_in_person=3, has_online=True, items=[item])
    enter(event, "Erika", "Zweig", organisation="Bündnis der Städtenetze", items=("a",))
    enter(event, "Änne", "Österreicher", organisation="Fußballclub 100%")
    enter(event, "Kim", "Muster", attendance="online")
    for name in ("Ada", "Ben", "Cleo"):
        enter(event, name, "Beispiel")
    cancel(rows()[3].id, LATER)  # Ada; Ben holds the third place now
    browser = organiser(app, event)

    def listed(query: str) -> list[str]:
        return names_on(browser.get(address(event, query)).text)

    page = browser.get(address(event)).text
    numbers = re.findall(r'figures__number num">(\d+)<', page)
    assert numbers == ["3", "1", "1", "1"]
    assert "1 Platz neu vergeben" in page
    assert names_on(page)[0] == "Beispiel, Cleo"
    assert listed("?sort=name") == [
        "Beispiel, Ada",
        "Beispiel, Ben",
        "Beispiel, Cleo",
        "Muster, Kim",
        "Österreicher, Änne",
        "Zweig, Erika",
    ]
    assert listed("?q=stadtenetz") == listed("?q=STÄDTENETZ") == ["Zweig, Erika"]
    assert listed("?q=erika zwei") == listed("?q=zweig städte") == ["Zweig, Erika"]
    assert listed("?q=fussballclub") == listed("?q=100%25") == ["Österreicher, Änne"]
    assert listed("?q=0_%25") == listed("?q=nirgends") == []
    assert listed("?attendance=online") == ["Muster, Kim"]
    assert listed("?status=waitlisted") == ["Beispiel, Cleo"]
    assert listed("?status=cancelled&q=beispiel") == ["Beispiel, Ada"]
    assert listed("?workshop=a") == ["Zweig, Erika"]
    assert "Warteliste, Platz 1" in page
    for nonsense in ("?status=none", "?attendance=x", "?workshop=b", "?sort=up"):
        assert browser.get(address(event, nonsense)).status_code == 404
    for harmless in ("?page=0", "?page=x", "?page=99999999999999999999", "?q=%00%ED%A0%80"):
        assert browser.get(address(event, harmless)).status_code == 200


def test_25_people_a_page(app: Flask) -> None:
    event = plan(capacity_in_person=100)
    for number in range(27):
        enter(event, f"Gast{number:02}", "Beispiel")
    browser = organiser(app, event)
    first = browser.get(address(event, "?q=beispiel")).text
    assert len(names_on(first)) == 25
    assert "Seite 1 von 2" in first
    [following] = re.findall(r'href="([^"]*)" rel="next"', first)
    second = browser.get(following.replace("&amp;", "&")).text
    assert names_on(second) == ["Beispiel, Gast01", "Beispiel, Gast00"]
    assert names_on(browser.get(address(event, "?page=9")).text) == names_on(second)
    assert len(csv_of(browser, event)) == 27


def test_an_empty_list_says_so(app: Flask) -> None:
    event = plan()
    browser = organiser(app, event)
    assert "Noch ist niemand angemeldet." in browser.get(address(event)).text
    enter(event, "Erika", "Beispiel")
    assert "Niemand passt zu Ihrer Auswahl." in browser.get(address(event, "?q=x")).text


# --- who may see what ---------------------------------------------------------------------------


def with_needs() -> tuple[EventDefinition, int]:
    """A person with a need, an open and a sensitive answer."""
    with transaction() as session:
        event = make_event(session, fields=["assistance", "diet"])
        make_question(session, event, "anreise", label="Anreise")
        make_question(session, event, "gesundheit", label="Gesundheit", sensitive=True)
        slug = event.slug
    planned = event_of(slug)
    answers = dict(zip(planned.questions, ("mit der Bahn", "Pollenallergie"), strict=True))
    needs = {"assistance": "Platz am Gang", "diet": ["vegan"]}
    return planned, enter(planned, "Erika", "Beispiel", answers=answers, needs=needs)


def test_needs_are_for_those_who_may_read_them(app: Flask) -> None:
    event, person = with_needs()
    secret = ("Platz am Gang", "Pollenallergie", "Vegan", "Gesundheit")
    pages = [address(event), address(event, f"/{person}"), address(event, "/list.csv")]
    plain, trusted = (
        organiser(app, event),
        account(app, (Role.ASSISTANCE, Scope.EVENT, event.id), email="ben@example.org"),
    )
    seen = "".join(plain.get(page).text for page in pages)
    assert "mit der Bahn" in seen
    assert [word for word in (*secret, "ansehen", "Bedarf") if word in seen] == []
    assert plain.get(address(event, "?needs=1")).status_code == 403
    assert plain.get(address(event, "/list.csv?needs=1")).status_code == 403
    list_, detail, file = (trusted.get(page).text for page in pages)
    assert "ansehen" in list_
    assert [word for word in secret if word not in detail or word in file] == []
    assert names_on(trusted.get(address(event, "?needs=1")).text) == ["Beispiel, Erika"]


ACTS = ("/new", "/{id}/cancel", "/{id}/place", "/{id}/correct")
READS = ("", "/list.csv", "/{id}")


@pytest.mark.parametrize(
    ("role", "reads", "acts"),
    [
        (Role.OWNER, 200, 200),
        (Role.ORGANISER, 200, 200),
        (Role.ASSISTANCE, 200, 403),
        (Role.VIEWER, 200, 403),
        (Role.DOOR, 403, 403),
        (Role.AUDITOR, 403, 403),
    ],
)
def test_each_role_at_each_page(app: Flask, role: Role, reads: int, acts: int) -> None:
    event = plan(title="Verborgenes Treffen", status="draft")
    person = enter_into_draft(event)
    browser = organiser(app, event, role)
    token = browser.csrf_token()
    for rest in READS:
        answer = browser.get(address(event, rest.format(id=person)))
        assert answer.status_code == reads, rest
        if reads == 403:
            assert "Geheim" not in answer.text
            assert "Verborgen" not in answer.text
    for rest in ACTS:
        url = address(event, rest.format(id=person))
        answers = [browser.get(url)]
        if acts == 403:
            answers.append(browser.post(url, data={"csrf_token": token}))
        assert {answer.status_code for answer in answers} == {acts}, rest
        assert acts == 200 or "Geheim" not in "".join(answer.text for answer in answers)
    assert statuses() == ["confirmed"]
    assert ("Person eintragen" in browser.get(address(event)).text) is (acts == 200)


def enter_into_draft(event: EventDefinition) -> int:
    """Somebody stands in an event that the public does not see."""
    return enter(event, "Erika", "Geheim")


def test_people_of_another_controller_are_not_the_parents(app: Flask) -> None:
    """The organiser of the Land reads its own events and those of counties without a controller."""
    with transaction() as session:
        land = make_network(session, "land")
        plain = make_network(session, "kreis", parent=land)
        own = make_network(session, "stadt", parent=land, controller_name="Stadt Beispielstadt")
        below = make_network(session, "stadtteil", parent=own)
        land_id, own_id = land.id, own.id
        slugs = [
            make_event(session, network=each, title="Ganz Geheim").slug
            for each in (land, plain, own, below)
        ]
    people = [enter(event_of(slug), "Erika", "Versteckt") for slug in slugs]
    browser = account(app, (Role.ORGANISER, Scope.NETWORK, land_id))
    of_city = account(app, (Role.ORGANISER, Scope.NETWORK, own_id), email="ben@example.org")
    operator = account(app, (Role.VIEWER, Scope.INSTALLATION, 0), email="dan@example.org")
    for rest in ("", "/list.csv", "/{id}"):
        urls = [
            address(event_of(slug), rest.format(id=person))
            for slug, person in zip(slugs, people, strict=True)
        ]
        answers = [browser.get(url) for url in urls]
        assert [answer.status_code for answer in answers] == [200, 200, 403, 403]
        refused = "".join(str(each.headers) + each.text for each in answers[2:])
        assert not re.search("Versteckt|Geheim", refused)
        assert [of_city.get(url).status_code for url in urls] == [404, 404, 200, 200]
        assert [operator.get(url).status_code for url in urls] == [200] * 4
    assert browser.get("/organise/").text.count("Ganz Geheim") == 4  # dates and figures go down


def test_a_person_is_found_in_their_own_event_only(app: Flask) -> None:
    event, other = plan(), plan()
    person = enter(other, "Erika", "Geheim")
    browser = organiser(app, event)
    token = browser.csrf_token()
    for rest in ("", "/cancel", "/place", "/correct"):
        url = address(event, f"/{person}{rest}")
        assert browser.get(url).status_code == 404
        if rest:
            assert browser.post(url, data={"csrf_token": token}).status_code == 404
    assert browser.get(address(event, f"/{2**31 - 1}")).status_code == 404
    assert browser.get(address(event, f"/{2**31}")).status_code == 404
    assert browser.get("/organise/events/keines/participants").status_code == 404
    assert statuses() == ["confirmed"]


# --- one person ---------------------------------------------------------------------------------


def test_the_page_of_a_person_tells_what_happened(app: Flask) -> None:
    event = plan(capacity_in_person=1, items=[{"slug": "a", "title": "Singen", "capacity": 5}])
    sign_up(event, "Ada")
    person = enter(event, "Erika", "Beispiel", organisation="Verein", items=("a",))
    cancel(rows()[0].id, LATER)
    cancel(person, LATER)
    page = organiser(app, event).get(address(event, f"/{person}")).text
    words = re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", page))
    for word in ("gast1@example.org", "Singen", "Verein", "Abgesagt", "wird versendet"):
        assert word in words
    order = [
        words.rindex(word)
        for word in ("Auf die Warteliste gekommen", "Platz bekommen", "Abmeldung bestätigt")
    ]
    assert order == sorted(order)
    assert "Anmeldung absagen" not in page  # there is nothing left to do


# --- hostile names ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_only_text(app: Flask, name: str) -> None:
    with transaction() as session:
        event = make_event(session, fields=["organisation", "title"])
        make_question(session, event)
        slug = event.slug
    event_ = event_of(slug)
    answers = {event_.questions[0]: f"\t{name}"}
    person = enter(event_, name, name, organisation=name, title=name, answers=answers)
    browser = organiser(app, event_)
    for rest in ("", f"/{person}", f"/{person}/cancel", f"/{person}/correct", "?q=" + "x" * 5000):
        page = browser.get(address(event_, rest)).text
        assert "<img src=x" not in page
        assert "54439" not in page
    answer = browser.get(address(event_, "/list.csv"))
    assert (
        answer.headers["Content-Disposition"] == f'attachment; filename="teilnehmende-{slug}.csv"'
    )
    [line] = csv_of(browser, event_)
    assert not [cell for cell in line.values() if cell[:1] in ("=", "+", "-", "@", "\t", "\r")]
    assert "\u202e" not in answer.text
    is_formula = name.startswith("=")
    assert line["Nachname"] == (f"'{name}" if is_formula else name.removeprefix("\u202e"))
    assert line["Anreise?"].startswith("'")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", " =", "\uff1d"])
def test_no_cell_of_the_file_is_a_formula(app: Flask, start: str) -> None:
    event = plan(fields=["organisation"])
    enter(event, "Erika", "Beispiel", organisation=f"{start}1+1")
    [line] = csv_of(organiser(app, event), event)
    assert line["Organisation"].startswith("'")


def test_the_file_is_what_office_programs_expect(app: Flask) -> None:
    event = plan(fields=["organisation"])
    enter(event, "Änne", "Groß; Klein", organisation='Haus "Eins"')
    enter(event, "Erika", "Beispiel")
    answer = organiser(app, event).get(address(event, "/list.csv?q=haus"))
    assert answer.content_type == "text/csv; charset=utf-8"
    assert answer.headers["Cache-Control"] == "private, no-store"
    body = answer.get_data()
    assert body.startswith(b"\xef\xbb\xbfNachname;Vorname;")
    lines = body.decode("utf-8-sig").split("\r\n")
    assert lines[1].startswith('"Groß; Klein";Änne;gast0@example.org;"Haus ""Eins""";')
    assert lines[2:] == [""]
