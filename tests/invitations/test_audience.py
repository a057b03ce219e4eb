"""Who may come: members name their organisation, whose contact is asked; others have a link."""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from eventapp.audit.models import AuditEntry
from eventapp.clock import now
from eventapp.db import reading, transaction
from eventapp.forms import new_form_token
from eventapp.invitations import actions
from eventapp.invitations.models import Invitation, Naming
from eventapp.invitations.rules import (
    InvitationUnknown,
    InvitationUsed,
    OrganisationMissing,
    plain_code,
    shown_code,
)
from eventapp.mail import kinds
from eventapp.mail.models import OutboxMail
from eventapp.mail.render import texts
from eventapp.networks.models import Role, Scope
from eventapp.registration.actions import Person, SignupRequest, register
from eventapp.tokens import keyring
from tests.factories import make_contact, make_event, make_network, make_organisation
from tests.planning.office import event_of, send
from tests.registration.test_actions import cancel, rows, sign_up, statuses
from tests.registration.test_pages import filled
from tests.visitors import Visitor, colleague

LIST = "/organise/events/treffen/invitations/named"


class Network:
    """A network with one below it: three organisations in reach of its event, one beside."""

    def __init__(self, app: Flask, **values: Any) -> None:
        self.app = app
        with transaction() as session:
            network = make_network(session, "netz")
            below = make_network(session, "unten", parent=network)
            beside = make_network(session, "daneben")
            chor = make_organisation(session, "chor", name="Zum Chor", networks=[network])
            make_contact(session, chor, "Petra Berg", email="berg@chor.example")
            make_contact(session, chor, "Uwe Tal", email="tal@chor.example", position=1)
            garten = make_organisation(
                session,
                "garten",
                name="Übergarten",
                networks=[below],
                contact_email="post@garten.example",
            )
            still = make_organisation(session, "still", name="Stille", networks=[network])
            make_organisation(session, "fremd", name="Fremde", networks=[beside])
            self.network_id = network.id
            self.chor, self.garten, self.still = chor.id, garten.id, still.id
            make_event(session, "treffen", network=network, **{"audience": "members", **values})

    def ada(self) -> Visitor:
        return colleague(self.app, "ada", (Role.ORGANISER, Scope.NETWORK, self.network_id))


def namings() -> list[Any]:
    with reading() as connection:
        return list(connection.execute(select(Naming.__table__).order_by(Naming.id)))


def owed(kind: str) -> list[dict[str, int]]:
    with reading() as connection:
        statement = select(OutboxMail.ids).where(OutboxMail.kind == kind).order_by(OutboxMail.id)
        return list(connection.execute(statement).scalars())


def mailed(kind: str, number: int = -1) -> tuple[str, str, str, str]:
    """Recipient, subject, plain text and HTML of a mail that is owed."""
    with reading() as connection:
        draft = kinds.compose(connection, kind, owed(kind)[number])
    assert draft is not None
    return draft.recipient, *texts(kind, draft)


def request(name: str = "Erika", organisation: int | None = None, code: str | None = None) -> Any:
    email = f"{name.lower()}@example.org"
    person = Person(name, "Beispiel", email, organisation_id=organisation, organisation="Getippt")
    return SignupRequest(person, attendance="in_person", invitation=code)


def come(one: Any) -> str:
    token = one.person.first_name
    with transaction() as session:
        return register(session, event_of("treffen"), one, form_token=token, now=now())


def choose(client: FlaskClient, **values: Any) -> Any:
    return client.post("/events/treffen/register", data=filled(client, "treffen", **values))


def test_members_choose_among_the_network_and_what_is_below(
    app: Flask, client: FlaskClient
) -> None:
    Network(app)
    page = client.get("/events/treffen/register").text
    offered = re.findall(r'<option value="([^"]*)"', page)
    assert offered == ["", "still", "garten", "chor"]  # as the alphabet goes
    assert 'name="organisation"' not in page
    answer = choose(client, organisation_slug="garten")
    assert answer.status_code == 303
    [row] = rows()
    assert (row.organisation, row.organisation_id) == ("Übergarten", namings()[0].organisation_id)
    assert (row.invitation_id, row.is_guest, row.status) == (None, False, "confirmed")


@pytest.mark.parametrize("chosen", ["", "fremd", "gibt-es-nicht"])
def test_nobody_comes_for_no_organisation_or_for_one_beside(
    app: Flask, client: FlaskClient, chosen: str
) -> None:
    Network(app)
    answer = choose(client, organisation_slug=chosen, first_name="Åse")
    assert answer.status_code == 422
    assert 'href="#organisation_slug"' in answer.text
    assert 'value="Åse"' in answer.text
    assert rows() == []


@pytest.mark.usefixtures("client")
def test_the_rule_holds_under_the_lock_too(app: Flask) -> None:
    Network(app)
    with pytest.raises(OrganisationMissing):
        come(request())
    assert rows() == []


def test_a_new_member_can_be_chosen_at_once(app: Flask, client: FlaskClient) -> None:
    Network(app)
    client.get("/events/treffen/register")
    with transaction() as session:
        network = make_network(session, "neu", parent=session.get_one(type_of_network(), 1))
        make_organisation(session, "neuling", networks=[network])
    assert 'value="neuling"' in client.get("/events/treffen/register").text


def type_of_network() -> Any:
    from eventapp.networks.models import Network as Model

    return Model


def test_the_contact_is_told_and_answers(app: Flask, client: FlaskClient) -> None:
    network = Network(app)
    come(request(organisation=network.chor))
    assert owed("organisation-named") == [{"naming_of": namings()[0].registration_id}]
    recipient, subject, plain, html = mailed("organisation-named")
    assert recipient == "berg@chor.example"
    assert subject.startswith("Gehört Erika Beispiel zu Ihnen?")
    assert "erika@example.org" not in plain + html
    [address] = set(re.findall(r"https://events.example(/delegates/[^\s?]+)", plain))
    assert address in html
    page = client.get(address)
    assert "Erika Beispiel" in page.text
    assert "erika@example.org" not in page.text
    assert page.headers["Cache-Control"] == "private, no-store"
    assert namings()[0].answer is None  # scanners open every link
    for said in ("not_ours", "ours", "not_ours", "not_ours"):
        assert answer(client, address, said).location.endswith("done=1")
        assert namings()[0].answer == said
    assert statuses() == ["confirmed"]  # the place is held
    assert answer(client, address, "vielleicht").status_code == 422
    assert client.post(address, data={"answer": "ours"}).status_code == 422
    assert client.get("/delegates/gibt-es-nicht").status_code == 404


def answer(client: FlaskClient, address: str, said: str) -> Any:
    return client.post(address, data={"form_token": new_form_token(now()), "answer": said})


def test_the_organisations_own_address_is_asked_where_no_person_has_one(app: Flask) -> None:
    network = Network(app)
    come(request("Erika", network.garten))
    assert mailed("organisation-named")[0] == "post@garten.example"
    come(request("Dan", network.still))
    with reading() as connection:
        ids = owed("organisation-named")[-1]
        assert kinds.compose(connection, "organisation-named", ids) is None


def test_a_mail_about_somebody_who_cancelled_is_dropped(app: Flask) -> None:
    network = Network(app)
    come(request(organisation=network.chor))
    cancel(rows()[0].id)
    with reading() as connection:
        ids = owed("organisation-named")[0]
        assert kinds.compose(connection, "organisation-named", ids) is None


def disputed(app: Flask, client: FlaskClient) -> tuple[Network, str]:
    network = Network(app)
    come(request(organisation=network.chor))
    [address] = set(re.findall(r"(/delegates/[^\s?]+)", mailed("organisation-named")[2]))
    answer(client, address, "not_ours")
    return network, address


def test_what_is_not_theirs_waits_on_the_start_page(app: Flask, client: FlaskClient) -> None:
    network, address = disputed(app, client)
    ada = network.ada()
    assert "1 Person gehört nicht zur genannten Organisation" in ada.get("/organise/").text
    door = colleague(app, "ben", (Role.DOOR, Scope.NETWORK, network.network_id))
    assert "gehört nicht zur genannten" not in door.get("/organise/").text
    number = namings()[0].id
    assert "gehört nicht dazu" in ada.get(LIST).text
    assert send(ada, f"{LIST}/{number}/accept").location.endswith("done=accepted")
    assert send(ada, f"{LIST}/{number}/accept").location.endswith("done=again")
    assert "gehört nicht zur genannten" not in ada.get("/organise/").text
    assert statuses() == ["confirmed"]
    assert answer(client, address, "ours").status_code == 303  # too late: nothing changes
    assert namings()[0].answer == "not_ours"
    assert [entry.after for entry in entries("naming.accepted")] == [{"organisation": "Zum Chor"}]


def test_the_office_cancels_with_a_sentence(app: Flask, client: FlaskClient) -> None:
    network, address = disputed(app, client)
    ada, number = network.ada(), namings()[0].id
    page = ada.get(f"{LIST}/{number}/cancel").text
    assert "„Zum Chor“ hat uns mitgeteilt" in page
    assert statuses() == ["confirmed"]
    sent = send(ada, f"{LIST}/{number}/cancel", note="Leider\r\nBcc: x")
    assert sent.location.endswith("done=cancelled")
    assert send(ada, f"{LIST}/{number}/cancel").location.endswith("done=again")
    assert statuses() == ["cancelled"]
    assert "Leider Bcc: x" in mailed_cancelled()
    assert "bereits abgesagt" in ada.get(f"{LIST}/{number}/cancel").text
    assert len(entries("registration.cancelled")) == 1
    assert "Diese Anmeldung ist abgesagt." in client.get(address).text


def mailed_cancelled() -> str:
    assert len(owed("registration-cancelled")) == 1
    return mailed("registration-cancelled")[2]


def test_sisters_and_readers_decide_nothing(app: Flask, client: FlaskClient) -> None:
    network, _address = disputed(app, client)
    number = namings()[0].id
    viewer = colleague(app, "ben", (Role.VIEWER, Scope.NETWORK, network.network_id))
    assert send(viewer, f"{LIST}/{number}/accept").status_code == 403
    cleo = colleague(app, "cleo", (Role.ORGANISER, Scope.NETWORK, network.network_id + 2))
    assert cleo.get(LIST).status_code == 404
    with transaction() as session:
        make_event(session, "anderes", network_id=network.network_id)
    other = LIST.replace("treffen", "anderes")
    assert send(network.ada(), f"{other}/{number}/accept").status_code == 404
    assert namings()[0].decision is None


def entries(act: str) -> list[Any]:
    with reading() as connection:
        statement = select(AuditEntry.__table__).where(AuditEntry.act == act)
        return list(connection.execute(statement.order_by(AuditEntry.id)))


def test_the_invited_need_their_link(app: Flask, client: FlaskClient) -> None:
    network = Network(app, audience="invited")
    closed = client.get("/events/treffen/register")
    assert closed.status_code == 200
    assert "Bitte nutzen Sie den Link in Ihrer Einladung." in closed.text
    assert "<form" not in closed.text.split("<main", 1)[-1].split("</main", 1)[0]
    for wrong in ("", "?invitation=", "?invitation=FALSCH"):
        assert "nur mit Einladung" in client.get(f"/events/treffen/register{wrong}").text
    code = invite(network.chor)
    page = client.get(f"/events/treffen/register?invitation={code}")
    assert "Sie kommen für Zum Chor." in page.text
    assert page.headers["Cache-Control"] == "private, no-store"
    token = re.search(r'name="form_token" value="([^"]+)"', page.text)
    data = {"form_token": token and token[1], "first_name": "Eva", "last_name": "Muster"}
    sent = {**data, "email": "eva@example.org", "invitation": shown_code(code).lower()}
    again = client.post("/events/treffen/register", data={**sent, "email": "keine"})
    assert again.status_code == 422
    assert f'name="invitation" value="{shown_code(code).lower()}"' in again.text
    assert client.post("/events/treffen/register", data=sent).status_code == 303
    [row] = rows()
    assert (row.organisation, row.organisation_id) == ("Zum Chor", network.chor)
    assert row.invitation_id is not None
    assert namings() == []  # the contact has the link: nobody is asked


def invite(organisation_id: int) -> str:
    with transaction() as session:
        [number] = actions.invite(session, event_of("treffen"), [organisation_id], now=now())
        return code_of(session, number)


def code_of(session: Session, invitation_id: int) -> str:
    return str(keyring().open(session.get_one(Invitation, invitation_id).code_sealed))


def test_a_code_is_of_one_event_and_ends_when_it_is_withdrawn(app: Flask) -> None:
    network = Network(app, audience="invited")
    code = invite(network.chor)
    with transaction() as session:
        make_event(session, "anderes", network_id=network.network_id)
    with transaction() as session, pytest.raises(InvitationUnknown):
        register(session, event_of("anderes"), request(code=code), form_token="x", now=now())
    with transaction() as session:
        number = session.scalars(select(Invitation.id)).one()
        assert actions.revoke(session, number, now=now())
    with pytest.raises(InvitationUnknown):
        come(request(code=code))
    assert rows() == []


def guest() -> str:
    with transaction() as session:
        person = Person("Zoë", "Müller", "zoe@example.org", title="Dr.", organisation="Uni")
        number = actions.invite_person(session, event_of("treffen"), person, now=now())
        return code_of(session, number)


@pytest.mark.parametrize("waiting_list", [True, False])
def test_a_guest_comes_by_right_and_once(
    app: Flask, client: FlaskClient, waiting_list: bool
) -> None:
    Network(app, audience="public", capacity_in_person=1, waiting_list=waiting_list)
    sign_up(event_of("treffen"), "Erika")
    code = guest()
    page = client.get(f"/events/treffen/register?invitation={code}").text
    for value in ("Zoë", "Müller", "zoe@example.org"):
        assert f'value="{value}"' in page
    assert "Warteliste setzen" not in page
    come(request("Zoë", code=code))
    assert statuses() == ["confirmed", "confirmed"]
    assert [row.is_guest for row in rows()] == [False, True]
    with pytest.raises(InvitationUsed):
        come(request("Jemand", code=code))
    cancel(rows()[1].id)
    come(request("Doch", code=code))
    assert statuses() == ["confirmed", "cancelled", "confirmed"]


def test_codes_are_read_however_they_are_typed() -> None:
    assert plain_code(" k7m4-px2d 9rtv–abcd ") == "K7M4PX2D9RTVABCD"
    assert shown_code("K7M4PX2D9RTVABCD") == "K7M4-PX2D-9RTV-ABCD"
