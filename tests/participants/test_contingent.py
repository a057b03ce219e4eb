"""Hosts of one event see the people of their own contingent: these, read only, and nobody else.

Netz invites; Gast hosts with it, has Kind below, and Eigen with a controller of its own. Haus is an
organisation that hosts, and leads Hausnetz.
"""

from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from eventapp import clock
from eventapp.base import table_of
from eventapp.db import reading, transaction
from eventapp.events.definition import EventDefinition
from eventapp.events.models import Event, EventCoNetwork, EventHost
from eventapp.exports import rules as exports
from eventapp.exports.making import make_next
from eventapp.exports.models import ExportJob
from eventapp.figures.actions import keep
from eventapp.networks.models import Grant, Membership, Network, Role, Scope
from eventapp.participants.selection import Sort
from eventapp.registration.models import Registration
from eventapp.sitecache import bump
from eventapp.tokens import keyring, shown_short_code
from tests.exports.people import ask, job_of, read_csv
from tests.factories import make_event, make_item, make_network, make_organisation, make_question
from tests.participants.test_console import address, csv_of, enter, names_on
from tests.registration.test_actions import event_of, rows
from tests.visitors import Visitor, colleague

OURS = {"Gustav", "Karl", "Lea"}
OTHERS = ("Erika", "Otto", "Hans", "Nora", "Fremdverein", "Fremdkreis", "Fremdart", "Eigenverein")


@dataclass
class Place:
    """The event with one person of each organisation."""

    app: Flask
    event: EventDefinition
    ids: dict[str, int]
    networks: dict[str, int]

    def host(self, role: Role = Role.VIEWER, network: str = "gast", name: str = "cleo") -> Visitor:
        return colleague(self.app, name, (role, Scope.NETWORK, self.networks[network]))

    def set_part(self, part: str) -> None:
        with transaction() as session:
            for table in (EventCoNetwork, EventHost):
                session.execute(update(table).values(part=part))
            bump(session, clock.now())

    def change(self, **values: Any) -> None:
        with transaction() as session:
            session.execute(update(Event).values(**values))
            bump(session, clock.now())


def _organisations(session: Session, networks: dict[str, Network]) -> dict[str, int]:
    made = {
        "Erika": make_organisation(
            session,
            "fremd",
            name="Fremdverein",
            type="Fremdart",
            district="Fremdkreis",
            networks=[networks["netz"]],
        ),
        "Gustav": make_organisation(session, "g1", type="Gastart", networks=[networks["gast"]]),
        "Karl": make_organisation(session, "g2", networks=[networks["kind"]]),
        "Otto": make_organisation(session, "g3", name="Eigenverein", networks=[networks["eigen"]]),
        "Lea": make_organisation(session, "spitze", name="Spitzenverband"),
        "Hans": make_organisation(session, "haus", name="Haus"),
    }
    networks["gast"].lead_organisation_id = made["Lea"].id
    networks["hausnetz"].lead_organisation_id = made["Hans"].id
    return {name: organisation.id for name, organisation in made.items()}


@pytest.fixture
def place(app: Flask) -> Place:
    with transaction() as session:
        networks = {name: make_network(session, name) for name in ("netz", "gast", "hausnetz")}
        networks["kind"] = make_network(session, "kind", parent=networks["gast"])
        networks["eigen"] = make_network(
            session, "eigen", parent=networks["gast"], controller_name="Eigen e. V."
        )
        organisations = _organisations(session, networks)
        event = make_event(
            session,
            "treffen",
            network=networks["netz"],
            co_networks=[networks["gast"]],
            fields=["organisation"],
        )
        session.add(EventHost(event_id=event.id, organisation_id=organisations["Hans"], position=1))
        make_item(session, event, "singen", capacity=9)
        make_question(session, event, "kommt", type="yes_no")
        ids = {name: network.id for name, network in networks.items()}
        bump(session, clock.now())
    event_ = event_of("treffen")
    people = {name: enter(event_, name, "Gast", items=("singen",)) for name in organisations}
    people["Nora"] = enter(event_, "Nora", "Ohne")
    with transaction() as session:
        for name, organisation_id in organisations.items():
            session.execute(
                update(Registration)
                .where(Registration.id == people[name])
                .values(organisation_id=organisation_id, organisation=f"bei {name}")
            )
    return Place(app, event_, people, ids)


def first_names(page: str) -> set[str]:
    return {name.partition(", ")[2] for name in names_on(page)}


def nothing_of_others(text: str) -> None:
    assert not [each for each in OTHERS if each in text]


# --- who ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.OWNER, Role.ORGANISER, Role.ASSISTANCE, Role.VIEWER])
def test_a_network_sees_its_members_and_who_leads_it(place: Place, role: Role) -> None:
    host = place.host(role)
    page = host.get(address(place.event)).text
    assert first_names(page) == OURS
    assert "Sie sehen die 3 Personen Ihrer Organisationen." in page
    nothing_of_others(page)
    for word in ("Person eintragen", "bulk", "Nachricht an diese Auswahl", "Diese Auswahl merken"):
        assert word not in page
    assert {row["Vorname"] for row in csv_of(host, place.event)} == OURS


@pytest.mark.parametrize("role", [Role.DOOR, Role.AUDITOR])
def test_who_reads_nobody_at_home_reads_nobody_here(place: Place, role: Role) -> None:
    assert place.host(role).get(address(place.event)).status_code in (403, 404)


def test_a_hosting_organisation_is_the_network_that_it_leads(place: Place) -> None:
    page = place.host(network="hausnetz").get(address(place.event)).text
    assert first_names(page) == {"Hans"}
    assert "Sie sehen die 1 Person Ihrer Organisationen." in page


def test_a_network_below_the_host_is_no_host(place: Place) -> None:
    for network in ("kind", "eigen"):
        assert place.host(network=network).get(address(place.event)).status_code == 404


def test_being_a_member_somewhere_else_shows_nobody_there(place: Place) -> None:
    """Only the network that an organisation leads speaks for it."""
    with transaction() as session:
        haus = session.execute(select(EventHost.organisation_id)).scalar_one()
        other = make_network(session, "anderswo").id
        session.execute(insert(Membership).values(network_id=other, organisation_id=haus))
        bump(session, clock.now())
    place.networks["anderswo"] = other
    assert place.host(network="anderswo").get(address(place.event)).status_code == 404


@pytest.mark.parametrize(
    ("part", "status"),
    [("organiser", 200), ("coordination", 200), ("funding", 404), ("logo_only", 404)],
)
def test_only_who_organises_or_coordinates(place: Place, part: str, status: int) -> None:
    place.set_part(part)
    for network in ("gast", "hausnetz"):
        host = place.host(network=network, name=f"{network}-{part}")
        for rest in ("", "/list.csv", f"/{place.ids['Gustav']}", "/export"):
            seen = host.get(address(place.event, rest)).status_code
            assert seen == status or (seen, network) == (404, "hausnetz")
        assert host.get("/organise/events/treffen/figures").status_code == status


def test_of_a_draft_hosts_see_nothing(place: Place) -> None:
    place.change(status="draft")
    host = place.host()
    assert host.get(address(place.event)).status_code == 404
    assert "treffen" not in host.get("/organise/").text


def test_the_start_page_leads_there(place: Place) -> None:
    home = place.host().get("/organise/").text
    assert f'href="{address(place.event)}"' in home
    assert '/organise/events/treffen"' not in home
    place.set_part("funding")
    assert address(place.event) not in place.host(name="ben").get("/organise/").text


def test_who_reads_all_is_not_narrowed(place: Place) -> None:
    own = (Role.VIEWER, Scope.NETWORK, place.networks["netz"])
    both = colleague(place.app, "eva", own, (Role.VIEWER, Scope.NETWORK, place.networks["gast"]))
    assert len(names_on(both.get(address(place.event)).text)) == len(place.ids)


# --- hostile ------------------------------------------------------------------------------------


def test_no_filter_search_or_number_reaches_others(place: Place) -> None:
    host, other = place.host(), place.ids["Erika"]
    row = next(each for each in rows() if each.id == other)
    code = shown_short_code(keyring().open(row.secrets_sealed)["short_code"])
    queries = [
        f"id={other}",
        f"id={other}&id={place.ids['Gustav']}",
        "q=Erika",
        f"q={row.email}",
        f"q={code}",
        "organisation=fremd",
        "organisation_name=Erika",
        "organisation_type=Fremdart",
        "district=Fremdkreis",
        "workshop=singen",
        "workshop=singen&place=held",
        "arrived=no",
        "status=confirmed",
        "answer_kommt=yes",
        *(f"sort={sort}" for sort in Sort),
        "page=2",
        "page=99",
    ]
    typed = {"Erika", "Fremdart", "Fremdkreis", row.email, code}
    for query in queries:
        for rest in ("", "/list.csv", "/export"):
            text = host.get(f"{address(place.event, rest)}?{query}").text
            shown = [each for each in OTHERS if each in text and each not in query]
            assert not shown, (query, rest, shown)
        page = host.get(f"{address(place.event)}?{query}").text
        assert first_names(page) <= OURS, query
        assert not typed & first_names(page)
    counted = host.get(f"{address(place.event, '/export')}?id={other}").text
    assert "0 Personen kommen in die Datei." in counted


def test_each_person_of_others_is_not_there(place: Place) -> None:
    host = place.host()
    for name, registration_id in place.ids.items():
        answer = host.get(address(place.event, f"/{registration_id}"))
        assert answer.status_code == (200 if name in OURS else 404), name
        if name in OURS:
            nothing_of_others(answer.text)
            assert "Angaben berichtigen" not in answer.text


def test_somebody_alike_elsewhere_is_not_named(place: Place) -> None:
    with transaction() as session:
        session.execute(update(Registration).values(email_key="alle@example.org"))
    page = place.host().get(address(place.event, f"/{place.ids['Gustav']}")).text
    assert "dieselbe E-Mail-Adresse" in page
    nothing_of_others(page)


def test_hosts_do_nothing_but_read(place: Place) -> None:
    host, mine = place.host(Role.OWNER), place.ids["Gustav"]
    token = {"csrf_token": host.csrf_token()}
    gets = ["/add", "/views", "/bulk?act=cancel&whom=all", f"/{mine}/cancel", f"/{mine}/correct"]
    gets += [f"/{mine}/confirm", f"/{mine}/decline", f"/{mine}/workshops", "?needs=1"]
    for rest in gets:
        assert host.get(address(place.event, rest)).status_code in (403, 404), rest
    for rest in ("/views", "/bulk", f"/{mine}/cancel", f"/{mine}/confirm", f"/{mine}/correct"):
        sent = {**token, "name": "x", "id": str(mine), "act": "cancel"}
        assert host.post(address(place.event, rest), data=sent).status_code in (403, 404), rest
    for page in ("", "/edit", "/messages/new", "/messages", "/needs", "/questions", "/cancel"):
        assert host.get(f"/organise/events/treffen{page}").status_code in (403, 404), page
    assert {row.status for row in rows()} == {"confirmed"}


def test_views_of_the_office_stay_there(place: Place) -> None:
    office = colleague(place.app, "ada", (Role.ORGANISER, Scope.NETWORK, place.networks["netz"]))
    sent = {"csrf_token": office.csrf_token(), "name": "Nur Ministerium", "is_shared": "y"}
    office.post(address(place.event, "/views?q=x"), data=sent)
    assert "Nur Ministerium" in office.get(address(place.event)).text
    assert "Nur Ministerium" not in place.host().get(address(place.event)).text


# --- files --------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["csv", "xlsx", "pdf"])
def test_files_hold_the_contingent_only(place: Place, form: str) -> None:
    host = place.host()
    ids = [str(each) for each in place.ids.values()]
    for more in ({}, {"id": ids}):
        answer = ask(host, place.event, form, **more)
        assert answer.status_code == 200
        if form == "csv":
            assert {row["Vorname"] for row in read_csv(answer.data)} == OURS


def ordered(place: Place, host: Visitor, monkeypatch: pytest.MonkeyPatch) -> str:
    """A file that a worker is to make."""
    monkeypatch.setitem(exports.AT_ONCE, exports.Format.CSV, 1)
    return job_of(ask(host, place.event, "csv"))


def test_a_worker_keeps_to_the_contingent(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    host = place.host()
    job = ordered(place, host, monkeypatch)
    assert make_next()
    assert {row["Vorname"] for row in read_csv(host.get(f"{job}/file").data)} == OURS
    with reading() as connection:
        total = connection.execute(select(table_of(ExportJob).c.rows_total)).scalar_one()
    assert total == len(OURS)


def test_a_right_that_has_gone_makes_no_file_and_gives_none(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = place.host()
    made = ordered(place, host, monkeypatch)
    make_next()
    waiting = ordered(place, host, monkeypatch)
    place.set_part("funding")
    make_next()
    with reading() as connection:
        jobs = connection.execute(select(table_of(ExportJob)).order_by(ExportJob.id)).all()
    assert [job.problem for job in jobs] == [None, "not-allowed"]
    for job in (made, waiting):
        assert host.get(f"{job}/file").status_code == 404


def test_a_smaller_right_opens_no_larger_file(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Made when the account read everybody, or when more networks were its own."""
    own = (Role.VIEWER, Scope.EVENT, place.event.id)
    both = colleague(place.app, "eva", own, (Role.VIEWER, Scope.NETWORK, place.networks["gast"]))
    job = ordered(place, both, monkeypatch)
    make_next()
    assert len(read_csv(both.get(f"{job}/file").data)) == len(place.ids)
    with transaction() as session:
        session.execute(delete(Grant).where(Grant.scope == Scope.EVENT))
    assert both.get(address(place.event)).status_code == 200
    assert both.get(f"{job}/file").status_code == 403
    assert both.get(job).status_code == 403


# --- figures ------------------------------------------------------------------------------------


def test_figures_count_the_contingent_alone(place: Place) -> None:
    with transaction() as session:
        keep(session, place.event.id, now=clock.now())  # of everybody: not for hosts
        session.execute(
            update(Registration)
            .where(Registration.id == place.ids["Karl"])
            .values(status="cancelled", cancelled_at=clock.now())
        )
        make_event(session, "voriges", network_id=place.networks["netz"])
    host = place.host()
    page = host.get("/organise/events/treffen/figures").text
    assert "Sie sehen die 3 Personen Ihrer Organisationen." in page
    nothing_of_others(page)
    assert "Gastart" in page
    assert host.get("/organise/events/treffen/figures?with=voriges").status_code == 404
    text = " ".join(page.split())
    assert "3 Anmeldungen insgesamt" in text
    assert f"{len(place.ids)} Anmeldungen" not in text
