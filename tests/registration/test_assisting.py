"""Assistants: a place by right, no address, and wherever the person is whom they assist."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from flask.testing import FlaskClient

from eventapp.db import reading, transaction
from eventapp.questions.queries import get_meals
from eventapp.registration import assisting, selfservice, switching
from eventapp.registration.due import list_due, settle_due
from eventapp.registration.holder_rules import ChangeClosed
from eventapp.registration.line_rules import Step
from eventapp.registration.moving import list_rows, write_steps
from eventapp.registration.queries import places
from eventapp.registration.refusals import NotOffered, SwitchClosed
from eventapp.tokens import keyring, shown_short_code
from tests.registration.posted import post
from tests.registration.test_actions import NOW, cancel, event_of, rows, sign_up, statuses
from tests.registration.test_holder_pages import address_of
from tests.registration.test_self_service import asking, change, needs_of, send
from tests.registration.test_substituting import hand_on

BRINGS = {"assistance_kinds": ["companion"]}


def taken(slug: str) -> int:
    with reading() as connection:
        return places(connection, event_of(slug))["in_person"].taken


def names() -> list[str]:
    return [f"{row.first_name} {row.last_name}" for row in rows()]


def test_the_tick_at_sign_up_brings_one_past_quota_and_capacity(client: FlaskClient) -> None:
    event = asking(capacity_in_person=1)
    sign_up(event, needs=BRINGS)
    assert names() == ["Erika Beispiel", "Assistenz von Erika Beispiel"]
    main, assistant = rows()
    assert (assistant.main_id, assistant.status, assistant.is_guest) == (main.id, "confirmed", True)
    assert (assistant.email, assistant.organisation_id) == ("", None)
    assert taken(event.slug) == 2
    with reading() as connection:
        assert get_meals(connection, event).people == 2
    sign_up(event, "Ben")
    assert statuses() == ["confirmed", "confirmed", "waitlisted"]
    [mail, _] = post()
    code = shown_short_code(keyring().open(assistant.secrets_sealed)["short_code"])
    assert f"Assistenz: Assistenz von Erika Beispiel, Einlass-Code {code}" in mail.text
    assert client.get(address_of(main)).text.count('class="ticket"') == 2


@pytest.mark.usefixtures("app")
def test_they_leave_together() -> None:
    event = asking(capacity_in_person=2)
    sign_up(event, needs=BRINGS)
    for name in ("Ben", "Cleo", "Dan"):
        sign_up(event, name)
    cancel(rows()[0].id)
    assert statuses() == ["cancelled", "cancelled", "confirmed", "confirmed", "waitlisted"]
    assert rows()[1].cancelled_at == NOW


@pytest.mark.usefixtures("app")
def test_they_wait_and_move_up_together_and_stand_in_no_line() -> None:
    event = asking(capacity_in_person=1)
    sign_up(event, "Ada")
    sign_up(event, needs=BRINGS)
    sign_up(event, "Ben")
    assert statuses() == ["confirmed", "waitlisted", "waitlisted", "waitlisted"]
    with reading() as connection:
        assert places(connection, event)["in_person"].waiting == 2
    cancel(rows()[0].id)
    assert statuses() == ["cancelled", "confirmed", "confirmed", "waitlisted"]
    cancel(rows()[1].id)  # frees two, but there was one
    assert statuses() == ["cancelled", "cancelled", "cancelled", "confirmed"]


@pytest.mark.usefixtures("app")
def test_they_change_their_way_to_take_part_together() -> None:
    event = asking(has_online=True)
    sign_up(event, needs=BRINGS)
    main = rows()[0]
    with transaction() as session:
        found = list_rows(session.connection(), event, [main.id])
        write_steps(session, event, found, {main.id: Step("confirmed", "online")}, now=NOW)
    assert [row.attendance for row in rows()] == ["online", "online"]


@pytest.mark.usefixtures("app")
def test_a_substitute_comes_without_them() -> None:
    event = asking(capacity_in_person=2)
    sign_up(event, needs=BRINGS)
    sign_up(event, "Ben")
    hand_on(rows()[0].id)
    assert statuses() == ["cancelled", "cancelled", "confirmed", "confirmed"]


def test_the_personal_page_brings_names_and_takes_off(client: FlaskClient) -> None:
    sign_up(asking(capacity_in_person=1), needs={"diet": ["vegan"]})
    url = address_of(rows()[0])
    assert "Ich bringe eine Assistenzperson mit" in client.get(url).text
    half = send(client, f"{url}/assistant", first_name="Kim", last_name="")
    assert half.status_code == 422
    assert "Nennen Sie beide Namen oder keinen." in half.text
    assert send(client, f"{url}/assistant").status_code == 303
    assert names()[1] == "Assistenz von Erika Beispiel"
    assert needs_of(rows()[0]) == {"diet": ["vegan"], **BRINGS}
    send(client, f"{url}/assistant", first_name="Kim", last_name="Muster")
    assert names()[1] == "Kim Muster"
    assert len(rows()) == 2
    assert 'value="Kim"' in client.get(f"{url}/assistant").text
    change(client, diet=["vegan"])  # the form of all else leaves it alone
    assert needs_of(rows()[0]) == {"diet": ["vegan"], **BRINGS}
    assert send(client, f"{url}/assistant", alone="y").status_code == 303
    assert statuses() == ["confirmed", "cancelled"]
    assert needs_of(rows()[0]) == {"diet": ["vegan"]}
    send(client, f"{url}/assistant")  # and again
    assert statuses() == ["confirmed", "cancelled", "confirmed"]


@pytest.mark.usefixtures("app")
def test_nobody_is_brought_once_it_has_begun() -> None:
    event = asking()
    sign_up(event)
    for act in (partial(assisting.bring, first_name="", last_name=""), assisting.come_alone):
        with pytest.raises(ChangeClosed), transaction() as session:
            act(session, rows()[0].id, now=event.start)
    assert len(rows()) == 1


def test_where_needs_are_not_asked_there_is_no_such_page(client: FlaskClient) -> None:
    from tests.registration.test_actions import plan

    sign_up(plan())
    url = address_of(rows()[0])
    assert "Assistenzperson" not in client.get(url).text
    assert client.get(f"{url}/assistant").location == url


@pytest.mark.usefixtures("app")
def test_assistants_of_assistants_do_not_come() -> None:
    sign_up(asking(), needs=BRINGS)
    assistant: Any = rows()[1]
    with transaction() as session:
        selfservice.cancel(session, assistant.id, now=NOW)
    assert statuses() == ["confirmed", "cancelled"]  # the office may send only them away


def test_an_offer_is_for_both_and_only_one_answers_it(client: FlaskClient) -> None:
    event = asking(capacity_in_person=1, capacity_online=1, has_online=True, offer_hours=24)
    sign_up(event, "Ada")
    sign_up(event, "Ben", needs=BRINGS)
    cancel(rows()[0].id)
    assert statuses() == ["cancelled", "offered", "offered"]
    main, assistant = rows()[1:]
    assert client.get(address_of(assistant)).status_code == 200
    assert client.get(f"{address_of(assistant)}/accept").status_code == 303
    with transaction() as session, pytest.raises(NotOffered):
        selfservice.accept(session, assistant.id, now=NOW)
    with transaction() as session:
        selfservice.accept(session, main.id, now=NOW)
    assert statuses() == ["cancelled", "confirmed", "confirmed"]
    with transaction() as session, pytest.raises(SwitchClosed):
        switching.switch(session, assistant.id, "online", now=NOW)
    with transaction() as session:
        switching.switch(session, main.id, "online", now=NOW)
    assert [row.attendance for row in rows()[1:]] == ["online", "online"]


@pytest.mark.usefixtures("app")
def test_an_offer_that_lapses_ends_for_both() -> None:
    event = asking(capacity_in_person=1, offer_hours=24)
    sign_up(event, "Ada")
    sign_up(event, "Ben", needs=BRINGS)
    cancel(rows()[0].id)
    late = NOW + timedelta(hours=24)
    with transaction() as session:
        settle_due(session, event.id, now=late)
    assert statuses() == ["cancelled"] * 3
    with reading() as connection:
        assert list_due(connection, late) == []
