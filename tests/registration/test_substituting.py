"""Somebody else comes: the place goes over whole, with nothing of the one before."""

from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from eventapp import clock
from eventapp.base import table_of
from eventapp.checkin.actions import create_device
from eventapp.db import reading, transaction
from eventapp.forms import new_form_token
from eventapp.registration.actions import Person
from eventapp.registration.holder_rules import SubstituteClosed
from eventapp.registration.models import Answer, Registration
from eventapp.registration.refusals import AlreadyCancelled, AlreadyRegistered
from eventapp.registration.substituting import substitute
from eventapp.tokens import keyring
from tests.checkin.door import device_of, new_scan, record, said
from tests.factories import at, in_days, make_organisation
from tests.participants.test_console import address, organiser
from tests.participants.test_office_pages import send as send_office
from tests.registration.posted import post
from tests.registration.test_actions import (
    NOW,
    cancel,
    item_states,
    mails,
    plan,
    rows,
    sign_up,
    statuses,
)
from tests.registration.test_holder_pages import YESTERDAY, address_of
from tests.registration.test_self_service import NEEDS, asking, send

KIM = Person("Kim", "Muster", "kim@example.org")
TYPED = {"first_name": "Kim", "last_name": "Muster", "email": "kim@example.org"}


def hand_on(id_: int, person: Person = KIM, *, now: datetime = NOW, **more: Any) -> int:
    with transaction() as session:
        return substitute(
            session, id_, person, language="de", form_token=f"token {id_}", now=now, **more
        )


def test_the_place_goes_over_and_nobody_moves_up(client: FlaskClient) -> None:
    group = {"choice_group": "workshop"}
    items = [{"slug": "a", "capacity": 1, **group}, {"slug": "b", "capacity": 9, **group}]
    event = plan(capacity_in_person=2, items=[*items, {"slug": "c", "capacity": 1}])
    sign_up(event, "Ada", items=("a",))
    sign_up(event, "Erika", items=("a",))
    sign_up(event, "Ben")
    [_, first, _] = post()
    old = rows()[1]
    answer = send(client, f"{address_of(old)}/substitute", **TYPED)
    assert (answer.status_code, answer.location) == (303, address_of(old))
    assert "Jemand anderes kommt für Sie" in client.get(answer.location).text
    assert statuses() == ["confirmed", "cancelled", "waitlisted", "confirmed"]
    new = rows()[3]
    assert (rows()[1].cancelled_as, rows()[1].replaced_by_id) == ("substituted", new.id)
    assert item_states(new.id) == {"a": "waitlisted"}
    assert item_states(old.id) == {}
    confirmed, cancelled = post()
    [(_, uid, sequence)] = first.acts
    assert cancelled.recipient == "erika@example.org"
    assert cancelled.acts == [("CANCEL", uid, sequence + 1)]
    assert "an Ihrer Stelle kommt jetzt jemand anderes" in cancelled.text
    assert "Kim" not in cancelled.text
    assert confirmed.recipient == "kim@example.org"
    [(method, new_uid, _)] = confirmed.acts
    assert (method, new_uid != uid) == ("REQUEST", True)
    cancel(rows()[0].id)  # frees the workshop, whose wait has gone over
    assert item_states(new.id) == {"a": "confirmed"}


@pytest.mark.usefixtures("app")
def test_nothing_of_the_person_before_goes_over() -> None:
    event = asking({"key": "anreise"})
    told: dict[str, Any] = {"needs": NEEDS, "door_note": "Kommt später", "list_consent": True}
    sign_up(event, answers={event.questions[0]: "Zug"}, photo_consent=["print"], **told)
    with transaction() as session:
        member = make_organisation(session, name="Stadt Muster")
        values = {"organisation": member.name, "organisation_id": member.id, "role": "Leitung"}
        session.execute(update(Registration).values(**values))
    hand_on(rows()[0].id)
    old, new = rows()
    assert (new.organisation, new.organisation_id) == ("Stadt Muster", old.organisation_id)
    assert (new.needs_sealed, new.door_note, new.photo_consent, new.role) == (None, None, [], None)
    assert not new.list_consent
    with reading() as connection:
        whose = connection.execute(select(table_of(Answer).c.registration_id)).scalars().all()
    assert list(whose) == [old.id]


def test_the_old_code_is_refused_at_the_door_as_cancelled(app: Flask) -> None:  # noqa: ARG001
    today = [(at(in_days(0), 0), at(in_days(0), 23, 59))]
    event = plan(dates=today)
    sign_up(event, now=at(in_days(-1), 12))
    hand_on(rows()[0].id, now=clock.now())
    with transaction() as session:
        token = create_device(session, event.id, "Tür", now=clock.now())
    codes = [keyring().open(row.secrets_sealed)["ticket"] for row in rows()]
    answers = record(device_of(token), *(new_scan(code) for code in codes))
    assert said(answers) == ["cancelled", "admitted"]


def test_sending_twice_hands_on_once(client: FlaskClient) -> None:
    sign_up(plan())
    url, token = f"{address_of(rows()[0])}/substitute", new_form_token(clock.now())
    for _ in range(2):
        assert client.post(url, data={"form_token": token, **TYPED}).status_code == 303
    assert statuses() == ["cancelled", "confirmed"]
    with pytest.raises(AlreadyCancelled):
        hand_on(rows()[0].id)
    assert client.get(url).status_code == 303


def test_a_wrong_form_keeps_what_was_typed(client: FlaskClient) -> None:
    sign_up(plan())
    url = f"{address_of(rows()[0])}/substitute"
    answer = send(client, url, first_name="Kim", last_name="", email="kim")
    assert answer.status_code == 422
    for kept in ('value="Kim"', 'value="kim"', "Nennen Sie den Nachnamen."):
        assert kept in answer.text
    myself = {"first_name": "Erika", "last_name": "Beispiel", "email": "erika@example.org"}
    assert send(client, url, **myself).status_code == 422
    assert client.post(url, data={"form_token": "1.2.3", **TYPED}).status_code == 422
    assert statuses() == ["confirmed"]


def test_who_waits_has_no_place_to_hand_on(client: FlaskClient) -> None:
    event = plan(capacity_in_person=0)
    sign_up(event)
    url = address_of(rows()[0])
    assert "Jemand anderes kommt für mich" not in client.get(url).text
    assert send(client, f"{url}/substitute", **TYPED).location == url
    with pytest.raises(SubstituteClosed):
        hand_on(rows()[0].id)
    sign_up(plan(dates=YESTERDAY), now=at(in_days(-2), 12))
    with pytest.raises(SubstituteClosed):
        hand_on(rows()[1].id)


@pytest.mark.usefixtures("app")
def test_who_has_a_place_anyway_leaves_it_to_the_next() -> None:
    event = plan(capacity_in_person=2)
    for name in ("Erika", "Kim", "Ben"):
        sign_up(event, name)
    with pytest.raises(AlreadyRegistered):
        hand_on(rows()[0].id, Person("Kim", "Beispiel", "kim@example.org"), by_office=True)
    assert hand_on(rows()[0].id, Person("Kim", "Beispiel", "kim@example.org")) == rows()[1].id
    assert statuses() == ["cancelled", "confirmed", "confirmed"]
    kinds = [kind for kind, _ in mails()[3:]]
    assert kinds == ["registration-cancelled", "registration-link", "registration-promoted"]


@pytest.mark.usefixtures("app")
def test_who_waits_gets_this_place_before_others() -> None:
    event = plan(capacity_in_person=1)
    for name in ("Erika", "Ben", "Kim"):
        sign_up(event, name)
    hand_on(rows()[0].id, Person("Kim", "Beispiel", "kim@example.org"))
    assert statuses() == ["cancelled", "waitlisted", "confirmed"]


def test_the_office_hands_on_and_the_history_names_both(app: Flask) -> None:
    event = plan()
    sign_up(event)
    browser, url = organiser(app, event), address(event, f"/{rows()[0].id}")
    assert "Platz an jemand anderen geben" in browser.get(url).text
    token = browser.field(f"{url}/substitute", "form_token")
    wrong = send_office(browser, f"{url}/substitute", form_token=token, first_name="Kim")
    assert wrong.status_code == 422
    answer = send_office(browser, f"{url}/substitute", form_token=token, **TYPED)
    new = rows()[1]
    assert answer.location == f"{address(event, f'/{new.id}')}?done=substituted"
    page, before = browser.get(answer.location).text, browser.get(url).text
    assert "Der Platz gehört jetzt dieser Person." in page
    assert "Kommt an Stelle von" in page
    assert "Erika Beispiel" in page
    assert "Abgesagt, an ihrer Stelle kommt" in before
    assert "Kim Muster" in before
    assert "Platz an jemand anderen gegeben" in before
    assert send_office(browser, f"{url}/substitute", form_token=token, **TYPED).status_code == 422
