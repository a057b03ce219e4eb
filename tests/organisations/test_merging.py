"""Two entries become one, and nothing that refers to them is forgotten."""

import re

import pytest
from flask import Flask
from sqlalchemy import inspect, select

from eventapp.base import table_of
from eventapp.db import db, reading, transaction
from eventapp.events.models import EventHost
from eventapp.networks.models import Network, Organisation
from eventapp.organisations.merging import list_apart
from eventapp.organisations.references import references
from eventapp.registration.models import Registration
from tests.audit.test_actions import acts
from tests.factories import make_contact, make_event, make_network, make_organisation
from tests.organisations.office import LIST, Register, address, contacts
from tests.planning.office import send, shown
from tests.refusals import check_refused
from tests.registration.test_actions import event_of, rows, sign_up


@pytest.fixture
def register(app: Flask) -> Register:
    return Register(app)


@pytest.mark.usefixtures("app")
def test_every_foreign_key_of_the_database_is_among_the_references() -> None:
    """What the database itself says, so that no table is forgotten."""
    inspector = inspect(db.engine)
    for target in (table_of(Organisation), table_of(Network)):
        found = {
            (table, key["constrained_columns"][0])
            for table in inspector.get_table_names()
            for key in inspector.get_foreign_keys(table)
            if key["referred_table"] == target.name
        }
        assert {(each.table.name, each.name) for each in references(target)} == found


def test_all_that_refers_to_either_refers_to_the_one(register: Register) -> None:
    with transaction() as session:
        north = session.get_one(Network, register.north)
        third = make_network(session, "dritt", name="Dritt")
        twin = make_organisation(
            session, name="Uebersee-Verein e. V.", networks=[north, third], city="Lübeck"
        )
        twin.website = "https://uebersee.example"
        make_contact(session, twin, "PETRA BERG", phone="0451 1")
        make_contact(session, twin, "Kim Neu", position=1)
        mine = session.get_one(Organisation, register.mine)
        make_event(session, "beide", network=north, hosts=[mine, twin])
        make_event(session, "eines", network=north, hosts=[twin])
        north.lead_organisation_id = twin.id
        twin_id = twin.id
    sign_up(event_of("eines"), "Erika")
    with transaction() as session:
        session.get_one(Registration, rows()[-1].id).organisation_id = twin_id
    ada = register.ada()
    suggested = ada.get(f"{LIST}doubles").text
    way = address(register.mine, f"/merge/{twin_id}")
    assert way in suggested
    assert way in ada.get(address(register.mine, "/merge?q=uebersee")).text
    form = shown(ada, way)
    assert form["name"] == ["a"]
    filled = {**form, "name": "b", "csrf_token": ada.csrf_token()}
    answer = ada.post(way, data=filled)
    assert answer.status_code == 303
    one = register.stored(register.mine)
    assert register.stored(twin_id) is None
    assert one is not None
    assert one.name == "Uebersee-Verein e. V."
    assert (one.city, one.website) == ("Kiel", "https://uebersee.example")
    assert one.network_ids >= {register.north}
    assert len(one.network_ids) == 2
    assert [each.name for each in one.contacts] == ["Petra Berg", "Kim Neu"]
    assert contacts() == 2
    with reading() as connection:
        hosts = connection.execute(select(EventHost.organisation_id)).scalars().all()
        assert set(hosts) == {register.mine}
        assert len(hosts) == 2
    assert rows()[-1].organisation_id == register.mine
    with transaction() as session:
        assert session.get_one(Network, register.north).lead_organisation_id == register.mine


def test_two_that_changed_meanwhile_are_looked_at_again(register: Register) -> None:
    ada = register.ada()
    way = address(register.mine, f"/merge/{register.both}")
    form = shown(ada, way)
    with transaction() as session:
        session.get_one(Organisation, register.both).city = "Ulm"
    late = ada.post(way, data=form)
    check_refused(late, "organisation-changed")
    assert register.stored(register.both) is not None
    assert re.search('value="b"', late.text)


def test_nobody_merges_what_they_do_not_reach(register: Register) -> None:
    ada = register.ada()
    for other in (register.theirs, register.nobodys, register.mine):
        way = address(register.mine, f"/merge/{other}")
        assert ada.get(way).status_code == 404
        assert send(ada, way).status_code == 404
    assert "Geheim" not in ada.get(address(register.mine, "/merge?q=geheim")).text


def test_two_that_are_two_are_suggested_no_more(register: Register) -> None:
    with transaction() as session:
        north = session.get_one(Network, register.north)
        rings = [make_organisation(session, name="Ring", networks=[north]) for _ in range(3)]
        first, second, third = sorted(each.id for each in rings)
    ada = register.ada()
    page = ada.get(f"{LIST}doubles").text
    assert address(first, f"/merge/{second}/apart") in page
    for done in ("apart", "again"):
        answer = send(ada, address(first, f"/merge/{second}/apart"))
        assert answer.location == f"{LIST}doubles?done={done}"
    page = ada.get(f"{LIST}doubles?done=apart").text
    assert "Vermerkt: Das sind zwei." in page
    assert address(first, f"/merge/{second}/apart") not in page
    assert address(second, f"/merge/{third}") in page
    send(ada, address(third, f"/merge/{second}/apart"))  # the other way round
    page = ada.get(f"{LIST}doubles").text
    assert address(second, f"/merge/{third}") not in page
    assert address(first, f"/merge/{third}") in page
    assert acts().count("organisation.kept_apart") == 2
    way = address(first, f"/merge/{second}")
    assert ada.post(way, data=shown(ada, way)).status_code == 303
    with reading() as connection:
        assert list_apart(connection) == set()


def test_nobody_keeps_apart_what_they_do_not_reach(register: Register) -> None:
    ada = register.ada()
    assert send(ada, address(register.mine, f"/merge/{register.mine}/apart")).status_code == 404
    assert send(ada, address(register.mine, "/merge/2147483647/apart")).status_code == 404
