"""The round as an office does it: invited, answered, reminded, on the telephone; and the link."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from eventapp.clock import now
from eventapp.db import reading, transaction
from eventapp.forms import new_form_token
from eventapp.invitations import actions, listing, sending
from eventapp.invitations.listing import Invitee
from eventapp.invitations.models import Answer, Invitation
from eventapp.invitations.rules import (
    DelegatesStand,
    NothingToSend,
    Pile,
    RoundClosed,
    Touched,
    pile_of,
)
from eventapp.mail import kinds
from eventapp.mail.models import MailState, OutboxMail
from eventapp.networks.models import Network, Organisation, Role, Scope
from eventapp.networks.queries import get_tree
from eventapp.networks.rules import Granted
from eventapp.organisations.merging import merge
from eventapp.organisations.queries import get, reach_of
from tests.factories import make_contact, make_event, make_organisation
from tests.invitations.test_audience import Network as House
from tests.invitations.test_audience import come, entries, mailed, owed, request
from tests.planning.office import event_of, send, shown
from tests.registration.test_actions import cancel, rows, statuses
from tests.visitors import colleague

ROUND = "/organise/events/treffen/invitations"


def invitees() -> list[Invitee]:
    with reading() as connection:
        return listing.list_invitees(connection, event_of("treffen"))


def of(name: str) -> Invitee:
    return next(each for each in invitees() if each.invited.name == name)


def invite(*organisation_ids: int) -> None:
    with transaction() as session:
        actions.invite(session, event_of("treffen"), organisation_ids, now=now())


def post(client: FlaskClient, address: str, **values: str) -> Any:
    return client.post(address, data={"form_token": new_form_token(now()), **values})


def many(count: int) -> None:
    with transaction() as session:
        network = session.scalars(select(Network).filter_by(slug="netz")).one()
        for number in range(count):
            member = make_organisation(session, f"o-{number}", networks=[network], type="Verein")
            make_contact(session, member, f"Kontakt {number}", email=f"k{number}@example.org")


def mailed_before(hours: int) -> None:
    with transaction() as session:
        session.execute(update(Invitation).values(mailed_at=now() - timedelta(hours=hours)))


def test_150_organisations_three_answers_and_147_reminders(app: Flask, client: FlaskClient) -> None:
    """The journey of an office: all of a filter, sent once, answered, reminded, never twice."""
    house = House(app, audience="invited", delegates_per_organisation=None)
    many(150)
    ada = house.ada()
    page = ada.get(f"{ROUND}/new?type=Verein").text
    assert "Alle 150 einladen" in page
    assert send(ada, f"{ROUND}/new", type="Verein", all="1").location.endswith("done=made")
    assert send(ada, f"{ROUND}/new", type="Verein", all="1").status_code == 422  # none is left
    assert len(invitees()) == 150
    assert owed("invitation") == []
    assert "150 Einladungen gehen hinaus." in ada.get(f"{ROUND}/send").text
    assert send(ada, f"{ROUND}/send").location.endswith("done=sent")
    assert send(ada, f"{ROUND}/send").location.endswith("done=again")
    assert len(owed("invitation")) == 150
    first, second, third = (each.code for each in invitees()[:3])
    mailed_before(hours=23)
    assert send(ada, f"{ROUND}/remind").location.endswith("done=again")
    mailed_before(hours=25)
    come(request("Erika", code=first))
    assert post(client, f"/invitations/{second}/decline").location.endswith("done=declined")
    number = next(each.id for each in invitees() if each.code == third)
    assert send(ada, f"{ROUND}/{number}/call", answer="coming").status_code == 303
    assert "147 erinnern" in ada.get(ROUND).text
    assert send(ada, f"{ROUND}/remind").location.endswith("done=reminded")
    assert send(ada, f"{ROUND}/remind").location.endswith("done=again")
    assert len(owed("invitation-reminder")) == 147
    answered = {each.code: each.pile for each in invitees() if each.pile != Pile.SILENT}
    assert answered == {first: Pile.COMING, second: Pile.NOT_COMING, third: Pile.COMING}
    acts = ("invitations.made", "invitations.sent", "invitations.reminded", "invitation.called")
    assert [len(entries(act)) for act in acts] == [1, 1, 1, 1]
    assert entries("invitations.reminded")[0].after == {"rows": 147, "mails": 147}


def test_the_mail_has_link_quota_deadline_and_a_way_out(app: Flask, client: FlaskClient) -> None:
    house = House(app, audience="invited")
    with transaction() as session:
        session.execute(
            update(Organisation).where(Organisation.id == house.chor).values(delegate_quota=2)
        )
    ada = house.ada()
    invite(house.chor, house.garten, house.still)
    text = "wir feiern.\r\n\r\nKommen Sie <b>alle</b>!"
    assert send(ada, f"{ROUND}/text", text=text, answer_by="2030-09-11").status_code == 303
    assert "1 Organisation hat keine E-Mail-Adresse." in ada.get(f"{ROUND}/send").text
    send(ada, f"{ROUND}/send")
    assert len(owed("invitation")) == 3  # two contacts of the choir, the garden's own address
    recipient, subject, plain, html = mailed("invitation", 1)
    assert (recipient, subject) == ("berg@chor.example", "Einladung: Treffen")
    assert "Guten Tag Petra Berg," in plain
    assert "wir feiern." in plain
    assert "&lt;b&gt;alle" in html
    assert "2 Plätze vorgesehen" in plain
    assert "11. September 2030" in plain.replace("\N{NO-BREAK SPACE}", " ")
    code = of("Zum Chor").code
    assert f"https://events.example/invitations/{code}" in plain
    [stop] = set(re.findall(r"https://events.example(/unsubscribe/\S+)", plain))
    with reading() as connection:
        draft = kinds.compose(connection, "invitation", owed("invitation")[1])
    assert draft is not None
    assert draft.unsubscribe_url is not None
    assert draft.unsubscribe_url.startswith("https://events.example/unsubscribe/")
    assert client.get(stop).status_code == 200
    assert client.post(stop, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert client.post(stop).status_code == 200
    assert [composed(1), composed(2) is not None] == [None, True]  # of that address alone
    client.post(stop, data={"again": "1"})
    assert composed(1) is not None
    assert client.get(f"{stop}x").status_code == 404
    assert "beginnt" not in plain


def composed(number: int, kind: str = "invitation") -> Any:
    with reading() as connection:
        return kinds.compose(connection, kind, owed(kind)[number])


def test_mails_whose_reason_has_gone_are_dropped(app: Flask) -> None:
    house = House(app, audience="invited")
    invite(house.chor)
    with transaction() as session:
        sending.send_round(session, event_of("treffen"), now=now())
    assert composed(0) is not None
    answer(of("Zum Chor"), Answer.NOT_COMING)
    assert composed(0) is None
    answer(of("Zum Chor"), None)
    with transaction() as session:
        actions.revoke(session, of("Zum Chor").id, now=now())
    assert composed(0) is None


def answer(invitee: Invitee, said: Answer | None) -> None:
    with transaction() as session:
        actions.answer(session, event_of("treffen"), invitee.id, said, now=now())


def test_nothing_leaves_before_it_is_published_nor_when_it_is_over(app: Flask) -> None:
    house = House(app, status="draft")
    invite(house.chor)
    with transaction() as session, pytest.raises(RoundClosed):
        sending.send_round(session, event_of("treffen"), now=now())
    assert send(house.ada(), f"{ROUND}/send").status_code == 422
    with transaction() as session:
        make_event(session, "anderes", network_id=house.network_id)
    with transaction() as session, pytest.raises(NothingToSend):
        sending.send_round(session, event_of("anderes"), now=now())
    assert owed("invitation") == []


def test_the_organisations_page(app: Flask, client: FlaskClient) -> None:
    house = House(app, audience="invited")
    invite(house.chor)
    code = of("Zum Chor").code
    address = f"/invitations/{code}"
    page = client.get(address)
    assert page.headers["Cache-Control"] == "private, no-store"
    assert "Einladung an Zum Chor" in page.text
    assert f"/events/treffen/register?invitation={code}" in page.text
    assert of("Zum Chor").answer is None  # looking is no answer
    for short in (f"/i/{code.lower()}", f"/I/{code}", f"/i/{code[:4]}-{code[4:]}"):
        assert "Einladung an Zum Chor" in client.get(short).text
    assert client.get("/i/---").status_code == 404
    assert client.get("/invitations/FALSCH").status_code == 404
    come(request("Erika", code=code))
    come(request("Dan", code=code))
    text = client.get(address).text
    assert "Erika Beispiel" in text
    assert "erika@example.org" not in text
    assert "2 Personen sind angemeldet." in text
    number = rows()[0].id
    one = f"{address}/delegates/{number}/cancel"
    assert "Für diese Person absagen?" in client.get(one).text
    assert statuses() == ["confirmed", "confirmed"]
    assert client.post(one).status_code == 422
    assert post(client, one).location.endswith("done=cancelled")
    assert post(client, one).location.endswith("done=again")
    assert statuses() == ["cancelled", "confirmed"]
    assert "Ihre Organisation hat Ihre Anmeldung abgesagt." in mailed("registration-cancelled")[2]
    assert len(owed("registration-cancelled")) == 1


def test_a_link_reaches_nobody_of_another_organisation(app: Flask, client: FlaskClient) -> None:
    house = House(app, audience="members")
    invite(house.chor, house.garten)
    come(request("Erika", code=of("Zum Chor").code))
    come(request("Dan", organisation=house.garten))
    other = f"/invitations/{of('Übergarten').code}"
    page = client.get(other).text
    assert "Erika" not in page
    assert "Dan Beispiel" in page  # named it: they are asked, and cannot cancel
    assert "Gehört diese Person zu Ihnen?" in page
    for row in rows():
        assert client.get(f"{other}/delegates/{row.id}/cancel").status_code == 404
        assert post(client, f"{other}/delegates/{row.id}/cancel").status_code == 404
    assert statuses() == ["confirmed", "confirmed"]


def test_we_will_not_come_and_taking_it_back(app: Flask, client: FlaskClient) -> None:
    house = House(app, audience="invited")
    invite(house.chor)
    address = f"/invitations/{of('Zum Chor').code}"
    assert "Sie kommen nicht?" in client.get(f"{address}/decline").text
    assert client.post(f"{address}/decline").status_code == 422
    assert of("Zum Chor").pile == Pile.SILENT
    for _twice in range(2):
        assert post(client, f"{address}/decline").location.endswith("done=declined")
    assert of("Zum Chor").pile == Pile.NOT_COMING
    assert "Sie haben uns gesagt: Es kommt niemand." in client.get(address).text
    assert post(client, f"{address}/decline", back="1").location.endswith("done=back")
    assert of("Zum Chor").pile == Pile.SILENT
    come(request("Erika", code=of("Zum Chor").code))
    refused = post(client, f"{address}/decline")
    assert refused.status_code == 422
    assert "Sagen Sie zuerst für diese Personen ab." in refused.text
    with pytest.raises(DelegatesStand):
        answer(of("Zum Chor"), Answer.NOT_COMING)
    cancel(rows()[0].id)
    assert post(client, f"{address}/decline").status_code == 303


def test_a_withdrawn_link_is_gone_and_comes_back(app: Flask, client: FlaskClient) -> None:
    house = House(app, audience="invited")
    invite(house.chor)
    one, ada = of("Zum Chor"), house.ada()
    address = f"/invitations/{one.code}"
    assert send(ada, f"{ROUND}/{one.id}/revoke").location.endswith("done=revoked")
    assert send(ada, f"{ROUND}/{one.id}/revoke").location.endswith("done=again")
    assert client.get(address).status_code == 410
    assert post(client, f"{address}/decline").status_code == 410
    assert invitees() == []
    assert "Zurückgenommen" in ada.get(f"{ROUND}/{one.id}").text
    assert send(ada, f"{ROUND}/{one.id}/restore").location.endswith("done=restored")
    assert client.get(address).status_code == 200


def test_an_answer_on_the_telephone(app: Flask) -> None:
    house = House(app, audience="invited")
    invite(house.chor)
    one, ada = of("Zum Chor"), house.ada()
    address = f"{ROUND}/{one.id}"
    form = {"answer": "not_coming", "note": "Ruft\r\nzurück"}
    assert send(ada, f"{address}/call", **form).location.endswith("done=called")
    one = of("Zum Chor")
    assert (one.pile, one.answered_by_office, one.call_note) == (
        Pile.NOT_COMING,
        True,
        "Ruft\nzurück",
    )
    assert "vom Team notiert" in ada.get(address).text
    assert shown(ada, address)["answer"] == ["not_coming"]
    assert send(ada, f"{address}/call", answer="vielleicht", note="bleibt").status_code == 422
    assert "Ruft" not in str(entries("invitation.called")[0].after)  # what was noted is no act


def test_sisters_and_readers_invite_nobody(app: Flask) -> None:
    house = House(app)
    invite(house.chor)
    viewer = colleague(app, "ben", (Role.VIEWER, Scope.NETWORK, house.network_id))
    cleo = colleague(app, "cleo", (Role.ORGANISER, Scope.NETWORK, house.network_id + 2))
    for rest in ("", "/new", "/send", "/text", f"/{of('Zum Chor').id}"):
        assert viewer.get(f"{ROUND}{rest}").status_code == 403
        assert cleo.get(f"{ROUND}{rest}").status_code == 404
    with transaction() as session:
        make_event(session, "anderes", network_id=house.network_id)
    other = ROUND.replace("treffen", "anderes")
    assert house.ada().get(f"{other}/{of('Zum Chor').id}").status_code == 404
    foreign = send(house.ada(), f"{ROUND}/new", organisation=str(house.chor + 3))
    assert foreign.status_code == 422  # of a network beside


def test_who_may_come_is_set_in_the_console(app: Flask) -> None:
    house = House(app, audience="public")
    ada = house.ada()
    form = shown(ada, f"{ROUND}/audience")
    assert form["audience"] == ["public"]
    stale = {**form, "audience": "members", "revision": "0"}
    assert ada.post(f"{ROUND}/audience", data=stale).status_code == 422
    assert ada.post(f"{ROUND}/audience", data={**form, "audience": "invited"}).status_code == 303
    assert event_of("treffen").audience == "invited"
    assert ada.post(f"{ROUND}/audience", data={**form, "audience": "freunde"}).status_code == 422


def test_lost_mails_are_named(app: Flask) -> None:
    house = House(app)
    invite(house.chor)
    with transaction() as session:
        sending.send_round(session, event_of("treffen"), now=now())
        session.execute(update(OutboxMail).values(state=MailState.FAILED))
    ada = house.ada()
    assert "E-Mail kam nicht an" in ada.get(ROUND).text
    assert "Eine E-Mail kam nicht an." in ada.get(f"{ROUND}/{of('Zum Chor').id}").text


def test_two_entries_that_become_one_keep_one_invitation(app: Flask) -> None:
    house = House(app, audience="invited")
    invite(house.chor, house.still)
    come(request("Erika", code=of("Stille").code))
    come(request("Dan", code=of("Zum Chor").code))
    grants = [Granted(Role.OWNER, Scope.INSTALLATION, 0)]
    with transaction() as session:
        connection = session.connection()
        reach = reach_of(grants, get_tree(connection))
        both = [get(connection, reach, each) for each in (house.chor, house.still)]
        seen = "".join(each.digest for each in both)
        ids = (house.chor, house.still)
        merge(session, *ids, seen=seen, from_lost=[], reach=reach, now=now())
    [one] = invitees()
    assert (one.invited.name, one.standing) == ("Zum Chor", 2)
    assert {row.invitation_id for row in rows()} == {one.id}


@pytest.mark.parametrize(
    ("said", "standing", "pile"),
    [
        (None, 0, Pile.SILENT),
        (Answer.COMING, 0, Pile.COMING),
        (Answer.NOT_COMING, 0, Pile.NOT_COMING),
        (Answer.NOT_COMING, 1, Pile.COMING),
    ],
)
def test_piles(said: Answer | None, standing: int, pile: Pile) -> None:
    assert pile_of(said, standing) == pile


def test_who_is_reminded() -> None:
    at = now()
    day, hour = at - timedelta(days=1), at - timedelta(hours=1)
    assert not Touched(None, None, None).may_remind(Pile.SILENT, at)
    assert Touched(day, None, None).may_remind(Pile.SILENT, at)
    assert Touched(None, day, None).may_remind(Pile.SILENT, at)
    assert not Touched(day, None, hour).may_remind(Pile.SILENT, at)
    assert not Touched(day, None, None).may_remind(Pile.COMING, at)


def test_what_the_invited_do_stands_in_the_log(app: Flask, client: FlaskClient) -> None:
    house = House(app, audience="invited")
    invite(house.chor)
    address = f"/invitations/{of('Zum Chor').code}"
    for _twice in range(2):
        post(client, f"{address}/decline")
    [entry] = entries("invitation.answered")
    assert (entry.account_id, entry.after) == (None, {"name": "Zum Chor", "answer": "not_coming"})
    post(client, f"{address}/decline", back="1")
    come(request("Erika", code=of("Zum Chor").code))
    post(client, f"{address}/delegates/{rows()[0].id}/cancel")
    assert [each.after for each in entries("invitation.delegate_cancelled")] == [
        {"name": "Zum Chor"}
    ]
    assert "Erika" not in str(entries("invitation.delegate_cancelled"))
