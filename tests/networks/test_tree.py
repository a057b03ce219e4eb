"""The tree of networks in the console: who sees it, who changes it, and what follows."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from eventapp.audit.models import AuditEntry
from eventapp.clock import now
from eventapp.db import reading, transaction
from eventapp.networks import tree_actions
from eventapp.networks.actions import put_network
from eventapp.networks.models import Network, Role, Scope
from eventapp.networks.queries import get_own_values
from tests.factories import make_event, make_network, node_of
from tests.refusals import check_refused
from tests.visitors import Visitor, colleague

HOME = "/organise/networks"
CONTROLLER = {
    "controller_name": "Stadt e. V.",
    "controller_address": "Weg 1\n12345 Stadt",
    "controller_email": "stadt@example.org",
}
STATEMENT = {
    "accessibility_state": "partial",
    "accessibility_on": "2.3.2027",
    "accessibility_barriers": "- Videos ohne <b>Untertitel</b>",
    "accessibility_contact": "Frau Berg\n06131 1",
    "accessibility_body": "Schlichtungsstelle",
}


@pytest.fixture
def ids(app: Flask) -> dict[str, int]:
    """Land answers for Stadt and, below it, Viertel; Bund stands apart."""
    del app
    with transaction() as session:
        land = make_network(session, "land", name="Land")
        stadt = make_network(session, "stadt", name="Stadt", parent=land)
        viertel = make_network(session, "viertel", name="Viertel", parent=stadt)
        bund = make_network(session, "bund", name="Bund")
        make_event(session, "treffen", network=stadt, title="Jahrestreffen")
        return {each.slug: each.id for each in (land, stadt, viertel, bund)}


def somebody(app: Flask, name: str, *places: int, role: Role = Role.OWNER) -> Visitor:
    return colleague(app, name, *((role, Scope.NETWORK, place) for place in places))


def operator(app: Flask) -> Visitor:
    return colleague(app, "ida", (Role.OWNER, Scope.INSTALLATION, 0))


def send(browser: Visitor, address: str, **values: Any) -> TestResponse:
    data = {"csrf_token": browser.csrf_token(), **values}
    return browser.post(f"{HOME}/{address}", data=data)


def edit(browser: Visitor, slug: str, **values: Any) -> TestResponse:
    """The form as it stands, but for these."""
    with reading() as connection:
        present = get_own_values(connection, node_of(slug).id)
    kept = {name: value for name, value in present.items() if value is not None}
    return send(browser, f"{slug}/edit", **{**kept, **values})


def acts() -> list[str]:
    with reading() as connection:
        return list(connection.scalars(select(AuditEntry.act).order_by(AuditEntry.id)))


def test_an_empty_installation_gets_its_first_network(app: Flask) -> None:
    ida = operator(app)
    assert "Erstes Netzwerk anlegen" in ida.get(f"{HOME}/").text
    assert send(ida, "new", name="", parent="").status_code == 422
    answer = send(ida, "new", name="Engagiertes <Land>", parent="")
    assert answer.location == f"{HOME}/engagiertes-land?done=created"
    page = ida.get(answer.location).text
    assert "Das Netzwerk ist angelegt." in page
    assert "Noch nichts eingetragen" in page
    assert "Engagiertes &lt;Land&gt;" in page
    assert send(ida, "new", name="New", parent="").location == f"{HOME}/new-2?done=created"


def test_whoever_has_a_role_sees_the_tree_from_there(app: Flask, ids: dict[str, int]) -> None:
    for role in Role:
        page = somebody(app, f"{role}", ids["stadt"], role=role).get(f"{HOME}/").text
        assert "Viertel" in page
        assert ">Land<" not in page
    ben = colleague(app, "ben", (Role.DOOR, Scope.EVENT, 1))
    assert "nur für einzelne Veranstaltungen" in ben.get(f"{HOME}/").text
    assert "Netzwerke</a>" not in ben.get("/organise/").text
    assert ben.get(f"{HOME}/stadt").status_code == 404
    assert ben.get(f"{HOME}/nirgends").status_code == 404


def test_only_owners_change_it_and_only_there(app: Flask, ids: dict[str, int]) -> None:
    for role in set(Role) - {Role.OWNER}:
        other = somebody(app, f"{role}", ids["land"], role=role)
        assert other.get(f"{HOME}/land").status_code == 200
        for address in ("new", "land/edit", "land/look", "land/move", "land/people"):
            assert send(other, address, name="x", parent="land").status_code == 403
    ada = somebody(app, "ada", ids["stadt"])
    assert send(ada, "new", name="Neu", parent="land").status_code == 422
    assert send(ada, "new", name="Neu", parent="").status_code == 422
    assert send(ada, "new", name="Neu", parent="stadt").status_code == 303
    assert ada.get(f"{HOME}/land/edit").status_code == 404
    assert node_of("neu").parent_id == ids["stadt"]


def test_each_part_is_whole_or_empty(app: Flask, ids: dict[str, int]) -> None:
    ada = somebody(app, "ada", ids["land"])
    wrong = {
        "sender_name": {"sender_name": "Land", "sender_email": ""},
        "controller_address": {"controller_address": ""},
        "accessibility_on": {**STATEMENT, "accessibility_on": ""},
        "accessibility_barriers": {**STATEMENT, "accessibility_barriers": ""},
        "closes_days": {"closes_days": "0"},
        "sender_email": {"sender_email": "land"},
        "name": {"name": "x" * 5000},
    }
    for values in wrong.values():
        answer = edit(ada, "land", **values)
        assert answer.status_code == 422, values
        assert "<title>Fehler: " in answer.text
    assert "Leer gilt, was bei Land steht" in ada.get(f"{HOME}/stadt/edit").text
    assert acts() == []


def test_what_is_edited_shows_to_the_public(
    app: Flask, ids: dict[str, int], client: FlaskClient
) -> None:
    ada = somebody(app, "ada", ids["land"])
    dpo = {"controller_dpo": "Herr Datenschutz", "controller_imprint": "Vertreten durch: Ada"}
    assert edit(ada, "land", **STATEMENT, **dpo, assistance_days="21").status_code == 303
    statement = client.get("/networks/stadt/accessibility").text
    for words in ("teilweise barrierefrei", "März", "&lt;b&gt;", "Frau Berg<br>06131 1"):
        assert words in statement
    assert "Schlichtungsstelle" in statement
    assert "Herr Datenschutz" in client.get("/networks/viertel/privacy").text
    assert "Vertreten durch: Ada" in client.get("/networks/viertel/imprint").text
    page = ada.get(f"{HOME}/viertel").text
    assert "Übernommen von Land" in page
    assert "bis 21 Tage vorher" in page
    assert acts() == ["network.edited"]


def test_a_land_holds_for_the_networks_below(app: Flask, ids: dict[str, int]) -> None:
    ada = somebody(app, "ada", ids["land"])
    assert "nur die in ganz Deutschland" in ada.get(f"{HOME}/viertel").text
    assert edit(ada, "land", land="XX").status_code == 422
    assert edit(ada, "land", land="RP").status_code == 303
    assert node_of("viertel").land == "RP"
    page = ada.get(f"{HOME}/viertel").text
    assert "Rheinland-Pfalz" in page
    assert "Übernommen von Land" in page
    form = ada.get(f"{HOME}/stadt/edit").text
    assert "Leer gilt, was bei Land steht: Rheinland-Pfalz." in form
    assert edit(ada, "land", land="").status_code == 303
    assert node_of("viertel").land is None


def test_nobody_saves_over_what_another_saved(app: Flask, ids: dict[str, int]) -> None:
    ada, ben = somebody(app, "ada", ids["land"]), somebody(app, "ben", ids["land"])
    old = ada.field(f"{HOME}/land/edit", "revision")
    assert edit(ben, "land", description="Bens Text").status_code == 303
    answer = edit(ada, "land", description="Adas Text", revision=old)
    check_refused(answer, "network-changed")
    assert "Anders gespeichert als in Ihrem Formular: Beschreibung" in answer.text
    assert "Adas Text" in answer.text
    assert node_of("land").description == "Bens Text"
    with transaction() as session:
        put_network(session, "land", now=now(), name="Neu")
    assert edit(ada, "land", revision=str(int(old) + 1)).status_code == 422  # an import counts too


def test_a_controller_of_its_own_ends_the_view_from_above(app: Flask, ids: dict[str, int]) -> None:
    ada = somebody(app, "ada", ids["land"])
    refused = edit(ada, "stadt", **CONTROLLER)
    check_refused(refused, "nobody-left")
    ben = somebody(app, "ben", ids["stadt"])
    assert edit(ada, "stadt", **CONTROLLER).status_code == 303
    for address in ("stadt/edit", "stadt/look", "viertel/move"):
        assert ada.get(f"{HOME}/{address}").status_code == 403
    assert edit(ada, "stadt", controller_name="").status_code == 403
    assert edit(ben, "stadt", name="Stadt!").status_code == 303
    assert ada.get("/organise/events/treffen/participants").status_code == 403


def answering(app: Flask, ids: dict[str, int]) -> tuple[Visitor, Visitor]:
    """Ada above, Ben in the town that answers for itself."""
    ada, ben = somebody(app, "ada", ids["land"]), somebody(app, "ben", ids["stadt"])
    assert edit(ben, "stadt", **CONTROLLER).status_code == 303
    return ada, ben


def test_people_are_shown_upwards_and_hidden_again(app: Flask, ids: dict[str, int]) -> None:
    ada, ben = answering(app, ids)
    people = "/organise/events/treffen/participants"
    assert send(ada, "stadt/people", shown="y").status_code == 403
    assert send(ben, "stadt/people", shown="y").status_code == 303
    assert send(ben, "stadt/people", shown="y").location.endswith("done=kept")
    assert ada.get(people).status_code == 200
    assert ada.get(f"{people}/new").status_code == 403
    assert ada.get(f"{HOME}/stadt/edit").status_code == 403
    assert "Außerdem dürfen Teilnehmende sehen: Land." in ben.get(f"{HOME}/stadt").text
    assert send(ben, "stadt/people").status_code == 303
    assert ada.get(people).status_code == 403
    assert send(ben, "viertel/people", shown="y").location.endswith("done=kept")
    assert acts()[1:] == ["network.people_shown", "network.people_hidden"]


def test_what_is_shown_never_reaches_further_by_itself(app: Flask, ids: dict[str, int]) -> None:
    """Who said yes said it to those above it then."""
    ada, ben = answering(app, ids)
    assert send(ben, "stadt/people", shown="y").status_code == 303
    ida = operator(app)
    assert move(ida, "land", "bund").status_code == 303
    assert node_of("stadt").shows_people_above  # the land answers for itself: nothing changed
    gone = dict.fromkeys((*CONTROLLER, "controller_imprint"), "")
    assert edit(ida, "land", **gone).status_code == 303
    assert not node_of("stadt").shows_people_above
    assert edit(ben, "stadt", **gone).status_code == 303
    assert edit(ben, "stadt", **CONTROLLER).status_code == 303
    assert ada.get("/organise/events/treffen/participants").status_code == 403


def move(browser: Visitor, slug: str, to: str) -> TestResponse:
    revision = str(node_of(slug).revision)
    return send(browser, f"{slug}/move", to=to, revision=revision)


def test_moving_says_what_follows(app: Flask, ids: dict[str, int]) -> None:
    ada = somebody(app, "ada", ids["land"], ids["bund"])
    page = ada.get(f"{HOME}/stadt/move?to=bund").text
    assert "Bund (1 Person mit Zugang)" in page
    assert "Teilnehmende sehen künftig auch" in page
    assert "Teilnehmende sehen nicht mehr" in page
    assert node_of("stadt").parent_id == ids["land"]
    assert move(ada, "stadt", "bund").status_code == 303
    assert node_of("stadt").parent_id == ids["bund"]
    assert acts() == ["network.moved"]


def test_no_circle_and_no_place_that_is_not_ones_own(app: Flask, ids: dict[str, int]) -> None:
    ada, cleo = somebody(app, "ada", ids["land"]), somebody(app, "cleo", ids["stadt"], ids["bund"])
    for to in ("stadt", "viertel", "land", "bund", "", "-", "nirgends"):
        assert move(ada, "stadt", to).status_code == 422, to
    page = cleo.get(f"{HOME}/stadt/move").text  # it would take people away from the land
    assert "Es gibt keinen Platz" in page
    assert move(cleo, "stadt", "bund").status_code == 422
    old = str(node_of("viertel").revision - 1)
    check_refused(send(ada, "viertel/move", to="land", revision=old), "network-changed")
    ida = operator(app)
    assert move(ida, "stadt", "").status_code == 303
    assert node_of("stadt").parent_id is None


def test_two_who_move_at_once_make_no_circle(
    app: Flask, ids: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the page still offered has gone below the network meanwhile."""
    ada = somebody(app, "ada", ids["land"], ids["bund"])
    held = tree_actions._held

    def overtaken(session: Session, *args: Any) -> Network:
        session.get_one(Network, ids["bund"]).parent_id = ids["viertel"]
        session.flush()
        return held(session, *args)

    monkeypatch.setattr(tree_actions, "_held", overtaken)
    check_refused(move(ada, "stadt", "bund"), "below-itself")
    assert node_of("stadt").parent_id == ids["land"]


def test_no_event_takes_its_people_out_of_their_network(app: Flask, ids: dict[str, int]) -> None:
    """Who plans from above may not put it where they could read them."""
    ada, ben = answering(app, ids)
    form = ada.get("/organise/events/treffen/edit").text
    assert 'name="network"' not in form
    assert 'name="network"' in ben.get("/organise/events/treffen/edit").text
