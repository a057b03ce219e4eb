"""Roles: who may give them, the mail that tells of one, and taking them back."""

import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import select

from eventapp import clock
from eventapp.accounts.models import Account
from eventapp.db import reading, transaction
from eventapp.mail import kinds
from eventapp.mail.models import OutboxMail
from eventapp.networks.models import Grant, Network, Role, Scope
from eventapp.sitecache import bump
from tests.factories import make_event, make_network
from tests.visitors import PASSWORD, Visitor, colleague, visitor


@pytest.fixture
def land(app: Flask) -> int:
    """The id of a network with one below it and another beside it."""
    del app
    with transaction() as session:
        network = make_network(session, "land", name="Land")
        make_network(session, "stadt", name="Stadt", parent=network)
        make_network(session, "anderes", name="Anderes Netz")
        make_event(session, "treffen", network=network, title="Jahrestreffen")
        return network.id


def somebody(app: Flask, name: str, role: Role, network_id: int) -> Visitor:
    return colleague(app, name, (role, Scope.NETWORK, network_id))


def roles_of(email: str) -> list[Any]:
    with reading() as connection:
        columns = (Grant.role, Grant.scope, Grant.scope_id)
        mine = Account.email_key == email
        rows = connection.execute(
            select(*columns).join(Account, Account.id == Grant.account_id).where(mine)
        )
        return [tuple(row) for row in rows]


def invite(browser: Visitor, email: str, role: str, scope: str) -> int:
    data = {"csrf_token": browser.csrf_token(), "email": email, "role": role, "scope": scope}
    return browser.post("/organise/team/new", data=data).status_code


def link_in(kind: str) -> str:
    """The address that the newest mail of this kind leads to."""
    with reading() as connection:
        ids: Any = connection.execute(
            select(OutboxMail.ids).where(OutboxMail.kind == kind).order_by(OutboxMail.id.desc())
        ).scalar()
        draft = kinds.compose(connection, kind, ids)
    assert draft is not None
    return str(draft.context["link_url"])


def test_an_invited_person_chooses_a_password_and_is_there(app: Flask, land: int) -> None:
    ada = somebody(app, "ada", Role.OWNER, land)
    assert invite(ada, "ben@example.org", "viewer", f"network:{land}") == 303
    assert "Einladung noch offen" in ada.get("/organise/team/").text
    link = link_in("account-invitation")
    ben, path = visitor(app), urlsplit(link).path
    token = ben.field(path, "form_token")
    assert ben.post(path, data={"form_token": token, "password": PASSWORD}).status_code == 303
    assert "Jahrestreffen" in ben.get("/organise/").text
    assert ben.get("/organise/team/").status_code == 403
    assert link_in("account-invitation").endswith("/login")


def test_a_role_for_one_event(app: Flask, land: int) -> None:
    ada = somebody(app, "ada", Role.OWNER, land)
    form = ada.get("/organise/team/new").text
    [scope] = re.findall(r'value="(event:\d+)"', form)
    assert "nur: Jahrestreffen" in form
    assert invite(ada, "ben@example.org", "door", scope) == 303
    assert roles_of("ben@example.org") == [("door", "event", int(scope.split(":")[1]))]


def test_roles_are_given_only_where_one_may(app: Flask, land: int) -> None:
    ada = somebody(app, "ada", Role.OWNER, land)
    for scope in ("network:3", "installation:0", "network:99", "event:99", "x", ""):
        assert invite(ada, "ben@example.org", "owner", scope) == 422
    page = ada.get("/organise/team/new").text
    assert "Stadt" in page
    assert "Anderes Netz" not in page
    for role in (Role.ORGANISER, Role.VIEWER, Role.DOOR, Role.ASSISTANCE, Role.AUDITOR):
        other = somebody(app, role, role, land)
        assert other.get("/organise/team/").status_code == 403
        assert "/organise/team/" not in other.get("/organise/").text
        assert invite(other, "ben@example.org", "owner", f"network:{land}") == 403
    assert roles_of("ben@example.org") == []


def test_a_role_is_taken_back_by_somebody_else(app: Flask, land: int) -> None:
    ada = somebody(app, "ada", Role.OWNER, land)
    ben = somebody(app, "ben", Role.OWNER, land)
    cleo = somebody(app, "cleo", Role.OWNER, land + 2)
    mine, bens = re.findall(
        r"/organise/team/(\d+)/end",
        ben.get("/organise/team/").text + ada.get("/organise/team/").text,
    )
    address = f"/organise/team/{bens}/end"
    data = {"csrf_token": ada.csrf_token()}
    assert ada.post(f"/organise/team/{mine}/end", data=data).status_code == 403
    assert cleo.get(address).status_code == 404
    assert "ben@example.org" in ada.get(address).text
    assert roles_of("ben@example.org")
    assert ada.post(address, data=data).status_code == 303
    assert roles_of("ben@example.org") == []
    assert ben.get("/organise/team/").status_code == 403


def test_the_same_invitation_again_sends_a_new_link(app: Flask, land: int) -> None:
    ada = somebody(app, "ada", Role.OWNER, land)
    links = set()
    for _time in range(2):
        invite(ada, "ben@example.org", "viewer", f"network:{land}")
        links.add(link_in("account-invitation"))
    assert len(links) == 2
    assert len(roles_of("ben@example.org")) == 1


def test_roles_at_a_network_that_answers_for_itself_are_its_own(app: Flask, land: int) -> None:
    with transaction() as session:
        session.get_one(Network, land + 1).controller_name = "Stadt e. V."
        bump(session, clock.now())
    ada = somebody(app, "ada", Role.OWNER, land)
    assert f'value="network:{land + 1}"' not in ada.get("/organise/team/new").text
    assert invite(ada, "ada@example.org", "owner", f"network:{land + 1}") == 422


def test_an_invitation_that_was_not_used_is_sent_again(app: Flask, land: int) -> None:
    ada = somebody(app, "ada", Role.OWNER, land)
    invite(ada, "ben@example.org", "viewer", f"network:{land + 1}")
    first = link_in("account-invitation")
    page = ada.get("/organise/team/").text
    assert page.index("<h2") < page.index("Land</h2>") < page.index("Stadt</h2>")
    [address] = re.findall(r'action="(/organise/team/\d+/invitation)"', page)
    cleo = somebody(app, "cleo", Role.OWNER, land + 2)
    assert cleo.post(address, data={"csrf_token": cleo.csrf_token()}).status_code == 404
    assert ada.post(address, data={"csrf_token": ada.csrf_token()}).status_code == 303
    again = link_in("account-invitation")
    assert again != first
    ben, path = visitor(app), urlsplit(again).path
    token = ben.field(path, "form_token")
    assert ben.post(path, data={"form_token": token, "password": PASSWORD}).status_code == 303
    late = ada.post(address, data={"csrf_token": ada.csrf_token()})
    assert late.location.endswith("done=late")
    assert "invitation" not in ada.get("/organise/team/").text
