"""The register's pages: who sees what, what is kept, what is refused."""

import csv
import io
import re
from typing import Any

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook

from eventapp import clock
from eventapp.db import transaction
from eventapp.networks.letters import address_lines, letter_salutation
from eventapp.networks.models import Network, Role
from eventapp.unsubscribing.actions import refuse
from eventapp.unsubscribing.rules import Topic
from tests.factories import at, in_days, make_event, make_network, make_organisation
from tests.organisations.office import LIST, Register, address, contacts, count, id_of
from tests.planning.office import send, shown
from tests.refusals import check_refused
from tests.visitors import Visitor

HOSTILE = (
    '=HYPERLINK("http://x.example")',
    "<img src=x onerror=alert(1)>",
    "{{7*7777}}",
    "\u202eX",
)


@pytest.fixture
def register(app: Flask) -> Register:
    return Register(app)


def names_on(page: str) -> list[str]:
    return re.findall(r'table__main"><a [^>]*><bdi>(.*?)</bdi>', page)


def test_one_sees_the_members_of_the_networks_one_reaches(register: Register) -> None:
    ada, cleo, olga = register.ada(), register.cleo(), register.owner()
    assert names_on(ada.get(LIST).text) == ["Beide", "Übersee-Verein"]
    assert names_on(cleo.get(LIST).text) == ["Beide", "Südliches Geheimnis"]
    assert names_on(olga.get(LIST).text) == [
        *("Beide", "Ohne Netz", "Südliches Geheimnis", "Übersee-Verein")
    ]
    for page in (ada.get(LIST).text, ada.get(address(register.both)).text):
        assert "Süd" not in page
        assert "Geheim" not in page
    for rest in ("", "/edit", "/remove"):
        for hidden in (register.theirs, register.nobodys, 4711):
            assert ada.get(address(hidden, rest)).status_code == 404
    assert send(ada, address(register.theirs, "/edit"), name="x").status_code == 404
    assert ada.get(f"{LIST}?network={register.south}").status_code == 404


def test_the_list_searches_filters_and_pages(register: Register) -> None:
    with transaction() as session:
        network = make_network(session, "weiteres", name="Weiteres")
        for number in range(30):
            make_organisation(session, name=f"Amt {number:02}", networks=[network], type="Amt")
    olga = register.owner()

    def listed(query: str) -> list[str]:
        return names_on(olga.get(f"{LIST}?{query}").text)

    assert listed("q=ubersee") == listed("q=kiel") == listed("q=petra") == ["Übersee-Verein"]
    assert listed("type=Verein") == ["Beide", "Übersee-Verein"]
    assert listed("district=Mitte") == ["Beide"]
    assert listed(f"network={register.south}") == ["Beide", "Südliches Geheimnis"]
    assert len(listed("type=Amt")) == 25
    assert listed("type=Amt&page=2") == [f"Amt {number}" for number in range(25, 30)]
    assert listed("q=nirgends") == []
    for harmless in ("page=x", "page=999999999999", "q=%00%ED%A0%80", "type=%00"):
        assert olga.get(f"{LIST}?{harmless}").status_code == 200


def filled(**values: Any) -> dict[str, Any]:
    defaults = {
        "name": "Bürgerstiftung Dresden",
        "type": "verein",
        "street": "Markt 1",
        "postal_code": "01067",
        "city": "Dresden",
        "contacts": "2",
        "contact-0-name": "Dr. Petra Berg",
        "contact-0-email": "berg@stiftung.example",
        "contact-1-name": "Kim Muster",
        "contact-1-salutation": "Liebe Kim,",
        "first": "1",
    }
    return {**defaults, **values}


def test_an_organisation_with_contacts_is_entered_and_changed(register: Register) -> None:
    ada = register.ada()
    answer = send(ada, f"{LIST}new", **filled(website="www.stiftung.example"))
    assert answer.status_code == 303
    made = id_of("Bürgerstiftung Dresden")
    stored = register.stored(made)
    assert stored is not None
    assert stored.network_ids == {register.north}
    assert stored.type == "Verein"  # as the register spells it
    assert stored.website == "https://www.stiftung.example"
    assert [each.name for each in stored.contacts] == ["Kim Muster", "Dr. Petra Berg"]
    assert address_lines(stored, stored.first_contact) == [
        *("Bürgerstiftung Dresden", "Kim Muster", "Markt 1", "01067 Dresden")
    ]
    assert letter_salutation(stored.first_contact) == "Liebe Kim,"
    page = ada.get(address(made)).text
    assert "Liebe Kim," in page
    form = shown(ada, address(made, "/edit"))
    assert send(ada, address(made, "/edit"), **{**form, "first": "1"}).status_code == 303
    swapped = register.stored(made)
    assert swapped is not None
    assert {each.id for each in swapped.contacts} == {each.id for each in stored.contacts}
    assert letter_salutation(swapped.first_contact) == "Guten Tag Dr. Petra Berg,"
    form = {**shown(ada, address(made, "/edit")), "contact-1-is_gone": "y"}
    assert send(ada, address(made, "/edit"), **form).status_code == 303
    assert contacts() == 2  # with the one of Übersee


def test_what_somebody_else_saved_meanwhile_is_not_lost(register: Register) -> None:
    ada, cleo = register.ada(), register.cleo()
    mine, theirs = (shown(each, address(register.both, "/edit")) for each in (ada, cleo))
    assert (
        send(cleo, address(register.both, "/edit"), **{**theirs, "city": "Ulm"}).status_code == 303
    )
    late = send(ada, address(register.both, "/edit"), **{**mine, "city": "Aalen"})
    check_refused(late, "organisation-changed")
    assert 'value="Aalen"' in late.text
    [seen] = re.findall(r'name="seen" value="([^"]*)"', late.text)
    again = {**mine, "city": "Aalen", "seen": seen}
    assert send(ada, address(register.both, "/edit"), **again).status_code == 303
    stored = register.stored(register.both)
    assert stored is not None
    assert stored.city == "Aalen"
    assert stored.network_ids == {register.north, register.south}


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"name": " "}, "Nennen Sie die Organisation."),
        ({"postal_code": "1067"}, "fünf Ziffern"),
        ({"contact-1-email": "berg"}, "Ergänzen Sie das @"),
        ({"website": "x y"}, "www.verein.example"),
        ({"delegate_quota": "-1"}, "Eine Zahl von 0 bis 10000."),
    ],
)
def test_what_is_wrong_is_said_and_all_is_kept(
    register: Register, values: dict[str, str], words: str
) -> None:
    answer = send(register.ada(), f"{LIST}new", **filled(**values))
    assert answer.status_code == 422
    assert answer.text.count(words) >= 2  # in the summary and beside the field
    assert 'value="Kim Muster"' in answer.text
    assert count() == 4


def test_a_further_contact_can_be_asked_for_before_saving(register: Register) -> None:
    answer = send(register.ada(), f"{LIST}new", **filled(more="1"))
    assert answer.status_code == 200
    assert 'name="contact-2-name"' in answer.text
    assert count() == 4


def test_readers_change_nothing_and_roles_at_an_event_see_nothing(register: Register) -> None:
    viewer = register.somebody(Role.VIEWER)
    assert "Bearbeiten" not in viewer.get(address(register.mine)).text
    for role in (Role.ASSISTANCE, Role.DOOR, Role.AUDITOR):
        assert register.somebody(role, f"x{role}").get(LIST).status_code == 403
    for rest in ("/edit", "/remove"):
        assert viewer.get(address(register.mine, rest)).status_code == 403
        assert send(viewer, address(register.mine, rest), **filled()).status_code == 403


def test_taking_out_ends_memberships_and_deletes_what_nobody_needs(register: Register) -> None:
    ada = register.ada()
    with transaction() as session:
        network = make_network(session)
        host = make_organisation(session, name="Gastgeber")
        make_event(session, network=network, hosts=[host])
        host_id = host.id
    assert send(ada, address(register.both, "/remove")).status_code == 303
    both = register.stored(register.both)
    assert both is not None
    assert both.network_ids == {register.south}
    assert send(ada, address(register.mine, "/remove")).status_code == 303
    assert register.stored(register.mine) is None
    assert contacts() == 0
    refused = send(register.owner(), address(host_id, "/remove"))
    check_refused(refused, "organisation-in-use")
    assert register.stored(host_id) is not None


def test_hostile_names_are_only_text(register: Register) -> None:
    ada = register.ada()
    for text in HOSTILE:
        values = {"contact-0-name": text, "city": text, "type": text, "notes": text}
        assert send(ada, f"{LIST}new", **filled(name=f"{text}1", **values)).status_code == 303
    pages = ada.get(LIST).text + ada.get(address(id_of("{{7*7777}}1"))).text
    for bad in ("<img src=x", "54439", "\u202e"):
        assert bad not in pages


def test_the_files_hold_what_the_list_shows_and_no_formula(register: Register) -> None:
    ada = register.ada()
    send(ada, f"{LIST}new", **filled(name="=1+1", **{"contact-0-phone": "+49 351 1"}, first="0"))
    lines = csv_of(ada, "?q=1%2B1")
    assert [line["Organisation"] for line in lines] == ["'=1+1"]
    assert lines[0]["PLZ"] == "01067"
    assert lines[0]["Briefanrede"] == "Guten Tag Dr. Petra Berg,"
    assert lines[0]["Telefon"] == "'+49 351 1"
    assert [lines[0][f"Adresszeile {n}"] for n in range(1, 5)] == [
        *("'=1+1", "Dr. Petra Berg", "Markt 1", "01067 Dresden")
    ]
    book = ada.get(f"{LIST}list.xlsx").data
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()
    assert [row[0] for row in sheet] == ["Organisation", "=1+1", "Beide", "Übersee-Verein"]
    assert ada.get(f"{LIST}list.pdf").status_code == 404


def csv_of(browser: Visitor, query: str = "") -> list[dict[str, str]]:
    text = browser.get(f"{LIST}list.csv{query}").get_data().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def test_the_page_says_which_mails_an_address_wants_no_more(register: Register) -> None:
    now = clock.now()
    with transaction() as session:
        north, south = (session.get_one(Network, each) for each in (register.north, register.south))
        coming = make_event(session, "tag", title="<Tag>", network=north)
        past = (at(in_days(-3), 10), at(in_days(-3), 12))
        over = make_event(session, "vorbei", title="Vorbei", network=north, dates=[past])
        hidden = make_event(session, "anderswo", title="Anderswo", network=south)
        for event in (coming, over, hidden):
            address_ = "Berg@Uebersee.example"
            refuse(session, Topic.INVITATIONS, event.id, event.network_id, address_, now=now)
            refuse(session, Topic.ANNOUNCEMENTS, event.id, event.network_id, address_, now=now)
            refuse(session, Topic.REMINDERS, event.id, event.network_id, address_, now=now)
    page = register.ada().get(address(register.mine)).text
    assert re.findall(r"Hat \w+ abbestellt: [^<]+", page) == [
        "Hat Ankündigungen abbestellt: Nord",
        "Hat Einladungen abbestellt: &lt;Tag&gt;",
    ]
    assert "abbestellt" not in register.ada().get(address(register.both)).text
