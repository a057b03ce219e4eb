"""Who learns what: every guarded route, asked by everybody who has no business at the event."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update
from werkzeug.routing import Rule

from eventapp.accounts.models import LoginSession
from eventapp.clock import now
from eventapp.db import reading, transaction
from eventapp.events.models import Event, EventCoNetwork
from eventapp.networks.access import policies
from eventapp.networks.models import Network, Role, Scope
from eventapp.networks.rules import OF_PEOPLE, PERMISSIONS, Permission
from eventapp.registration.models import Registration
from eventapp.rooms import guarded_endpoints
from eventapp.sitecache import bump
from eventapp.tokens import keyring
from tests.factories import make_event, make_network, make_organisation
from tests.house.full import SLUG, Full, methods, rules
from tests.house.test_routes import CHECKED_INSIDE, DEMO, PUBLIC
from tests.registration.test_actions import event_of, rows, sign_up
from tests.visitors import Visitor, colleague, visitor

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "permissions.md"
TITLE = "Geheimes Vorhaben"
PERSON = ("Erika", "erika@example.org", "Dan Beispiel", "Beispiel, Dan", "dan@example.org")


@pytest.fixture
def full(app: Flask, tmp_path: Path) -> Full:
    """A hidden event with guests, of a network with a controller of its own below another."""
    full = Full(app, tmp_path)
    full.plan()
    full.change(title=TITLE, status="draft")
    with transaction() as session:
        parent = make_network(session, "oben")
        network = session.scalars(select(Network).filter_by(slug=SLUG)).one()
        network.parent_id, network.controller_name = parent.id, "Muster e. V."
        make_event(session, "anderes", network=make_network(session, "daneben"))
        bump(session, now())
    return full


def id_of(model: type[Network] | type[Event], slug: str) -> int:
    with reading() as connection:
        return int(connection.execute(select(model.id).where(model.slug == slug)).scalar_one())


def guarded(full: Full) -> list[Rule]:
    """What only the logged-in reach, and what shows them more than others."""
    asked = {rule.endpoint for rule in rules(full.app)} - PUBLIC | CHECKED_INSIDE
    return [rule for rule in rules(full.app) if rule.endpoint in asked]


def told(full: Full, browser: Visitor, rule: Rule) -> str:
    """All that any method of the route answers, headers and all."""
    answers = []
    has_token = bool(browser.get_cookie("__Host-eventapp"))
    token = browser.csrf_token() if has_token else ""
    for method in sorted(methods(rule)):
        sent = {"csrf_token": token, "event": SLUG} if method != "GET" else None
        answer = browser.open(full.address(rule), method=method, data=sent)
        answers.append(f"{answer.headers}\n{answer.get_data().decode(errors='replace')}")
    return "\n".join(answers)


def expired(full: Full) -> Visitor:
    """Ada of the event's own network, with a browser that still sends her cookie."""
    browser = colleague(full.app, "ada", (Role.OWNER, Scope.NETWORK, id_of(Network, SLUG)))
    assert TITLE in browser.get(f"/organise/events/{SLUG}").text
    with transaction() as session:
        session.execute(update(LoginSession).values(expires_at=now() - timedelta(seconds=1)))
    return browser


OUTSIDERS: dict[str, Callable[[Full], Visitor]] = {
    "nobody": lambda full: visitor(full.app),
    "an account without a role": lambda full: colleague(full.app, "cleo"),
    "the door of another event": lambda full: colleague(
        full.app, "ben", (Role.DOOR, Scope.EVENT, id_of(Event, "anderes"))
    ),
    "every role in a sister network": lambda full: colleague(
        full.app,
        "cleo",
        *((role, Scope.NETWORK, id_of(Network, "daneben")) for role in Role),
    ),
    "the owner after the session has ended": expired,
}


@pytest.mark.parametrize("who", OUTSIDERS)
def test_nothing_of_a_hidden_event_reaches_outsiders(full: Full, who: str) -> None:
    browser = OUTSIDERS[who](full)
    for rule in guarded(full):
        text = told(full, browser, rule)
        assert TITLE not in text, rule
        assert not [name for name in PERSON if name in text], rule


def test_nothing_of_a_hidden_event_reaches_who_holds_another_registration(full: Full) -> None:
    """With the links of their own mails on every route that takes one, and without an account."""
    receipt = sign_up(event_of("anderes"), "Zoe")
    secrets = keyring().open(rows()[-1].secrets_sealed)
    full.holds(receipt=receipt, **secrets)
    browser, walked = visitor(full.app), 0
    for rule in rules(full.app):
        if rule.endpoint in DEMO:
            continue
        text = told(full, browser, rule)
        walked += "Anderes" in text
        assert TITLE not in text, rule
        assert not [name for name in PERSON if name in text], rule
    assert walked > 5  # else their own links would have led nowhere


@pytest.mark.parametrize("role", Role)
def test_people_stay_below_their_controller(full: Full, role: Role) -> None:
    """The parent's roles see the event; of its people only the door asks, and sees no name."""
    above = colleague(full.app, "cleo", (role, Scope.NETWORK, id_of(Network, "oben")))
    for rule in guarded(full):
        text = told(full, above, rule)
        assert not [name for name in PERSON if name in text], rule
        if "participants" in rule.rule or "team" in rule.rule:
            assert TITLE not in text, rule


def test_what_a_network_shows_above_is_read_and_nothing_else(full: Full) -> None:
    with transaction() as session:
        network = session.scalars(select(Network).filter_by(slug=SLUG)).one()
        network.shows_people_above = True
        bump(session, now())
    roles = ((role, Scope.NETWORK, id_of(Network, "oben")) for role in Role)
    above = colleague(full.app, "cleo", *roles)
    declared = policies(full.app, guarded_endpoints(full.app))
    people = f"/organise/events/{SLUG}/participants"
    assert "Erika" in above.get(people).text
    kept = OF_PEOPLE - {Permission.REGISTRATIONS_READ}
    for rule in guarded(full):
        needed = declared.get(rule.endpoint, frozenset())
        if needed and needed <= kept and SLUG in full.address(rule) and "GET" in methods(rule):
            assert above.get(full.address(rule)).status_code in (403, 404), rule


@pytest.mark.parametrize("role", Role)
def test_a_host_of_the_event_reads_its_own_contingent_and_nothing_else(
    full: Full, role: Role
) -> None:
    """On every route: of all people only Gustav, who belongs to the other host."""
    full.change(status="published")
    sign_up(event_of(SLUG), "Gustav")
    with transaction() as session:
        beside = session.scalars(select(Network).filter_by(slug="daneben")).one()
        member = make_organisation(session, "gast", networks=[beside])
        event_id = id_of(Event, SLUG)
        session.add(EventCoNetwork(event_id=event_id, network_id=beside.id, part="coordination"))
        people = update(Registration).where(Registration.first_name == "Gustav")
        session.execute(people.values(organisation_id=member.id))
        bump(session, now())
    host = colleague(full.app, "cleo", (role, Scope.NETWORK, id_of(Network, "daneben")))
    token, seen = host.csrf_token(), set()
    walked = [rule for rule in guarded(full) if not rule.rule.endswith(("/logout", "/end"))]
    for rule in walked:
        text = told(full, host, rule)
        assert not [name for name in PERSON if name in text], rule
        if "Gustav" in text:
            seen.add(rule.endpoint)
    reads = Permission.REGISTRATIONS_READ in PERMISSIONS[role]
    assert seen == (READ_BY_HOSTS if reads else set())
    before = rows()
    for rule in walked:
        if SLUG in full.address(rule) and "POST" in methods(rule) and rule.endpoint not in READS:
            answer = host.post(full.address(rule), data={"csrf_token": token})
            assert answer.status_code in (400, 401, 403, 404), rule
    assert rows() == before


READ_BY_HOSTS = {"participants.list", "participants.csv", "sent.list"}
READS = {"exports.export_post"}  # a file of what the list shows


@pytest.mark.parametrize("role", Role)
def test_every_route_keeps_what_it_declares(full: Full, role: Role) -> None:
    """In the event's own network: whoever has the permission comes in, nobody else does."""
    browser = colleague(full.app, "cleo", (role, Scope.NETWORK, id_of(Network, SLUG)))
    token = browser.csrf_token()
    declared = policies(full.app, guarded_endpoints(full.app))
    for rule in guarded(full):
        if rule.endpoint not in declared:
            continue
        needed = declared[rule.endpoint]
        for method in sorted(methods(rule)):
            sent = {"csrf_token": token, "event": SLUG} if method != "GET" else None
            status = browser.open(full.address(rule), method=method, data=sent).status_code
            if needed and not needed & PERMISSIONS[role]:
                assert status in (403, 404), (rule, method)
            else:
                assert status != 403, (rule, method)


def test_an_undeclared_route_stops_the_start(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.view_functions, "desk.home", lambda: "")
    with pytest.raises(LookupError, match=r"desk\.home"):
        policies(app, guarded_endpoints(app))


def test_the_network_itself_sees_all_of_it(full: Full) -> None:
    """Else the tests above would find nothing because nothing is there."""
    own = colleague(full.app, "ada", (Role.OWNER, Scope.NETWORK, id_of(Network, SLUG)))
    seen = {
        rule.endpoint: own.get(full.address(rule)).get_data(as_text=True)
        for rule in guarded(full)
        if rule.endpoint in ("organise.event", "participants.list", "participants.csv")
    }
    assert TITLE in seen["organise.event"]
    for name in ("Erika", "Dan"):
        assert name in seen["participants.list"]
        assert name in seen["participants.csv"]


def test_the_document_says_what_the_code_does() -> None:
    rows = [line.strip("|").split("|") for line in DOCUMENT.read_text().splitlines()]
    tables = [[cell.strip(" `") for cell in row] for row in rows if len(row) == len(Role) + 2]
    [head, _line, *body] = tables
    assert head[2:] == [role.value for role in Role]
    written = {
        row[0]: {role for role, cell in zip(Role, row[2:], strict=True) if cell == "yes"}
        for row in body
    }
    assert written == {
        each.value: {role for role in Role if each in PERMISSIONS[role]} for each in Permission
    }
