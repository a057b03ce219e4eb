"""A funder's columns under a name: a network's own and those from above; and how one gets there."""

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from eventapp.db import reading, transaction
from eventapp.events.definition import EventDefinition
from eventapp.networks.models import Role, Scope
from eventapp.networks.queries import get_tree
from eventapp.paper.models import SavedColumns
from eventapp.paper.rules import Paper
from eventapp.paper.saved import ColumnsNameTaken, list_saved, save
from tests.exports.people import stored
from tests.exports.test_console import entries
from tests.factories import make_event, make_network
from tests.paper.test_console import made, url
from tests.participants.test_console import account, address, enter, organiser
from tests.registration.test_actions import event_of, rows
from tests.visitors import Visitor

HERE = "/organise/networks/land/columns"
ESF = {"name": "ESF+", "columns": ["last_name", "organisation", "signature"], "free": "Wohnort"}


def land(app: Flask) -> tuple[EventDefinition, Visitor, Visitor]:
    """An event in a network below another; who organises above, who below."""
    with transaction() as session:
        above = make_network(session, "land")
        below = make_network(session, "kreis", parent=above)
        make_event(session, "treffen", network=below)
        session.flush()
        roles = [(Role.ORGANISER, Scope.NETWORK, each.id) for each in (above, below)]
    event = event_of("treffen")
    enter(event, "Zoë", "Müller", organisation="Verein")
    return event, account(app, roles[0]), account(app, roles[1], email="ben@example.org")


def send(browser: Visitor, where: str, **values: object) -> TestResponse:
    return browser.post(where, data={"csrf_token": browser.csrf_token(), **values})


def names(slug: str) -> list[tuple[str, tuple[str, ...]]]:
    with reading() as connection:
        tree = get_tree(connection)
        above = tree.ancestor_ids(tree.get_by_slug(slug).id)
        return [(each.name, each.free) for each in list_saved(connection, above)]


def test_what_is_kept_above_is_offered_below(app: Flask) -> None:
    event, ada, ben = land(app)
    assert "Spalten nach Vorlage" not in ben.get(url(event, Paper.SIGNING)).text
    assert send(ada, f"{HERE}/new", **ESF).status_code == 303
    [entry] = entries("columns.saved")
    assert entry["name"] == "ESF+"
    page = ben.get(url(event, Paper.SIGNING)).text
    [row] = stored(SavedColumns)
    assert f"{url(event, 'signing')}?saved={row.id}" in page
    page = ben.get(url(event, Paper.SIGNING, f"?saved={row.id}")).text
    assert 'value="Wohnort"' in page
    assert page.count(" checked") == 3
    assert ben.get(url(event, Paper.SIGNING, "?saved=99")).status_code == 404
    assert "Übernommen von" in ben.get("/organise/networks/kreis/columns").text
    assert ben.get(f"/organise/networks/kreis/columns/{row.id}").status_code == 404
    assert ben.get(HERE).status_code == 404


def test_the_usual_columns_stay_the_usual_ones(app: Flask) -> None:
    event, ada, ben = land(app)
    send(ada, f"{HERE}/new", **ESF)
    page = ben.get(url(event, Paper.SIGNING)).text
    assert "Üblich: Name, Vorname, Unterschrift" in page
    text = made(ben, event, Paper.SIGNING)
    assert "Name\nVorname\nUnterschrift\n" in text


def test_the_nearest_of_one_name_counts(app: Flask) -> None:
    _event, ada, ben = land(app)
    send(ada, f"{HERE}/new", **ESF)
    send(ben, "/organise/networks/kreis/columns/new", **{**ESF, "name": "esf+", "free": "Beruf"})
    assert names("kreis") == [("esf+", ("Beruf",))]
    assert names("land") == [("ESF+", ("Wohnort",))]


def test_it_is_changed_and_deleted(app: Flask) -> None:
    _event, ada, _ben = land(app)
    send(ada, f"{HERE}/new", **ESF)
    send(ada, f"{HERE}/new", **{**ESF, "name": "Land"})
    first, second = (each.id for each in stored(SavedColumns))
    network_id = stored(SavedColumns)[0].network_id
    assert 'value="ESF+"' in ada.get(f"{HERE}/{first}").text
    taken = send(ada, f"{HERE}/{first}", **{**ESF, "name": "land"})
    assert taken.status_code == 422
    with transaction() as session, pytest.raises(ColumnsNameTaken):
        save(session, network_id, None, "esf+", {"columns": [], "free": []})
    assert "So heißt schon eine Vorlage." in taken.text
    assert send(ada, f"{HERE}/{first}", **{**ESF, "free": "Beruf, Alter"}).status_code == 303
    assert names("land") == [("ESF+", ("Beruf", "Alter")), ("Land", ("Wohnort",))]
    assert send(ada, f"{HERE}/{second}/delete").status_code == 303
    assert names("land") == [("ESF+", ("Beruf", "Alter"))]
    assert send(ada, f"{HERE}/{second}/delete").status_code == 404
    assert len(entries("columns.deleted")) == 1
    assert send(ada, f"{HERE}/new", **{**ESF, "name": ""}).status_code == 422
    assert send(ada, f"{HERE}/new", **{**ESF, "name": "x" * 61}).status_code == 422


def test_columns_that_are_ticked_are_kept_from_the_sheet(app: Flask) -> None:
    event, _ada, ben = land(app)
    values = {"columns": ["last_name", "role"], "free": "Wohnort", "blank": "3", "save": "1"}
    answer = send(ben, url(event, Paper.SIGNING), **values)
    assert answer.status_code == 200
    page = answer.text
    assert "/organise/networks/kreis/columns/new" in page
    assert 'value="Wohnort"' in page
    assert page.count(" checked") == 2
    assert "Geben Sie der Vorlage" not in page
    assert stored(SavedColumns) == []


def test_who_organises_one_event_alone_uses_them_and_keeps_none(app: Flask) -> None:
    event, ada, _ben = land(app)
    send(ada, f"{HERE}/new", **ESF)
    cleo = account(app, (Role.ORGANISER, Scope.EVENT, event.id), email="cleo@example.org")
    page = cleo.get(url(event, Paper.SIGNING)).text
    assert "ESF+" in page
    assert "als Vorlage speichern" not in page
    values = {"columns": ["last_name"], "free": "", "blank": "3", "save": "1"}
    assert send(cleo, url(event, Paper.SIGNING), **values).status_code == 403
    assert cleo.get("/organise/networks/kreis/columns").status_code == 404


def test_from_the_list_to_paper(app: Flask) -> None:
    event, _ada, _ben = land(app)
    enter(event, "Änne", "Berg")
    browser = organiser(app, event)
    page = browser.get(address(event, "?q=berg")).text
    assert f"{url(event)}?q=berg" in page
    assert 'value="paper"' in page
    chosen = rows()[0].id
    answer = browser.get(address(event, f"/bulk?act=paper&whom=picked&pick={chosen}"))
    assert answer.status_code == 302
    page = browser.get(answer.location).text
    assert "1 Person steht auf dem Papier." in page
    text = made(browser, event, Paper.BADGES, id=str(chosen))
    assert "Müller" in text
    assert "Berg" not in text
