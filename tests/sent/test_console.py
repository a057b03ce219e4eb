"""What organisers see of the mails of an event, and sending one again."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from eventapp import clock
from eventapp.audit.models import AuditEntry
from eventapp.base import table_of
from eventapp.db import reading, transaction
from eventapp.invitations import actions as invitations
from eventapp.invitations import sending
from eventapp.mail import keeping, kinds
from eventapp.mail.models import MailState, OutboxMail
from eventapp.networks.models import Network, Organisation, Role
from eventapp.registration.models import Registration
from eventapp.tokens import keyring, shown_short_code
from tests.factories import make_event, make_organisation
from tests.mail.outbox import outbox_rows
from tests.planning.office import Office, event_of
from tests.refusals import check_refused
from tests.registration.posted import post
from tests.registration.test_actions import cancel, rows, sign_up
from tests.visitors import Visitor

SLUG = "treffen"
LIST = f"/organise/events/{SLUG}/mails"


@pytest.fixture(autouse=True)
def clock_goes_right_again() -> Iterator[None]:
    yield
    clock.shift(0)


@dataclass
class Place:
    office: Office
    ada: Visitor

    def mail(self, name: str = "Erika", nth: int = 0) -> Any:
        """The row of somebody's n-th mail."""
        [mine] = [row.id for row in rows() if row.first_name == name]
        return [row for row in outbox_rows() if row.registration_id == mine][nth]

    def again(self, mail: Any) -> Any:
        address = f"{LIST}/{mail.message_id}/again"
        return self.ada.post(address, data={"csrf_token": self.ada.csrf_token()})


@pytest.fixture
def place(app: Flask) -> Place:
    """Erika and Dan are told that they have a place."""
    office = Office(app, SLUG, capacity_in_person=10)
    for name in ("Erika", "Dan"):
        sign_up(event_of(SLUG), name, now=clock.now())
    post()
    return Place(office, office.ada())


def set_state(mail: Any, state: MailState, **values: Any) -> None:
    with transaction() as session:
        session.execute(
            update(OutboxMail)
            .where(OutboxMail.id == mail.id)
            .values(state=state, settled_at=clock.now(), **values)
        )


def forget(days: int = 31) -> None:
    with transaction() as session:
        keeping.forget_old(session, days=30, now=clock.now() + timedelta(days=days))


def told(place: Place, address: str, label: str) -> str:
    """What the page of a mail says there, without its tags."""
    page = place.ada.get(address).text
    found = re.search(rf"<dt>{label}</dt><dd>(.*?)</dd>", page)
    assert found, label
    return re.sub(r"<[^>]*>", "", found[1])


class TestTheList:
    def test_says_what_went_to_whom_and_what_became_of_it(self, place: Place) -> None:
        page = place.ada.get(LIST).text
        assert page.count("Bestätigung mit Einlasskarte") == 2
        assert "Erika Beispiel" in page
        assert "Alle (2)" in page
        assert "Gesendet (2)" in page

    def test_is_searched_and_filtered(self, place: Place) -> None:
        set_state(place.mail(), MailState.FAILED, last_answer="550 5.1.1 unknown")
        for asked, found, others in (
            ("?q=erika", "Erika", "Dan Beispiel"),
            ("?q=dan@example.org", "Dan", "Erika Beispiel"),
            ("?state=lost", "Erika", "Dan Beispiel"),
            ("?state=sent", "Dan", "Erika Beispiel"),
            ("?kind=registration-confirmed&q=dan", "Dan", "Erika Beispiel"),
        ):
            page = place.ada.get(LIST + asked).text
            assert f"{found} Beispiel" in page, asked
            assert others not in page, asked
        assert "Keine E-Mail passt" in place.ada.get(f"{LIST}?kind=registration-link").text
        for nonsense in ("?state=x", "?kind=x"):
            assert place.ada.get(LIST + nonsense).status_code == 404

    def test_says_the_same_after_the_rows_have_gone(self, place: Place) -> None:
        before = place.ada.get(LIST).text
        message_id = place.mail().message_id
        forget()
        assert outbox_rows() == []
        assert place.ada.get(LIST).text == before
        assert "Guten Tag Erika Beispiel" in place.ada.get(f"{LIST}/{message_id}/html").text

    def test_is_paged(self, place: Place) -> None:
        for number in range(30):
            sign_up(event_of(SLUG), f"Gast{number}", now=clock.now())
        page = place.ada.get(f"{LIST}?page=2").text
        assert "Seite 2 von 2" in page
        assert page.count(f'href="{LIST}/') == 7

    def test_is_for_those_who_read_people(self, place: Place) -> None:
        address = f"{LIST}/{place.mail().message_id}"
        viewer = place.office.somebody(Role.VIEWER, "viola")
        for page in (LIST, address, f"{address}/html"):
            assert viewer.get(page).status_code == 200
            assert place.office.somebody(Role.DOOR).get(page).status_code == 403
            assert place.office.cleo().get(page).status_code == 404
        token = viewer.csrf_token()
        assert "Noch einmal senden" not in viewer.get(address).text
        assert viewer.post(f"{address}/again", data={"csrf_token": token}).status_code == 403


class TestOne:
    def test_looks_as_it_came_and_lets_nobody_act_as_its_reader(self, place: Place) -> None:
        mail = place.mail()
        page = place.ada.get(f"{LIST}/{mail.message_id}").text
        frame = place.ada.get(f"{LIST}/{mail.message_id}/html")
        assert "sandbox" in frame.headers["Content-Security-Policy"]
        assert "Guten Tag Erika Beispiel" in frame.text
        assert "Gesendet" in page or "gesendet" in page
        [sealed] = [row.secrets_sealed for row in rows() if row.first_name == "Erika"]
        secrets = keyring().open(sealed)
        secrets["short"] = shown_short_code(secrets.get("short_code", "K7M4PX2D"))
        for name, secret in secrets.items():
            assert secret not in page + frame.text, name

    def test_says_which_address_it_went_to(self, place: Place) -> None:
        address = f"{LIST}/{place.mail().message_id}"
        assert told(place, address, "Adresse") == "erika@example.org"
        neu = {"email": "neu@example.org", "email_key": "neu@example.org"}
        with transaction() as session:
            session.execute(table_of(Registration).update().values(**neu))
        former = "Eine frühere, die nicht mehr gespeichert ist. Heute: neu@example.org"
        assert told(place, address, "Adresse") == former
        forget()
        assert told(place, address, "Adresse") == "Heute: neu@example.org"

    def test_held_back_says_when_it_leaves(self, place: Place) -> None:
        mail = place.mail()
        with transaction() as session:
            session.execute(
                update(OutboxMail)
                .where(OutboxMail.id == mail.id)
                .values(
                    state=MailState.PENDING,
                    due_at=clock.now() + timedelta(minutes=5),
                    settled_at=None,
                    recipient_hash=None,
                )
            )
        address = f"{LIST}/{mail.message_id}"
        assert told(place, address, "Stand") == "wartet"
        assert told(place, address, "Geht hinaus").startswith("ab ")
        assert told(place, address, "Adresse") == "erika@example.org"
        assert "erst geschrieben, wenn sie hinausgeht" in place.ada.get(address).text
        assert ">ab " in place.ada.get(LIST).text

    def test_come_back_says_when_it_had_left(self, place: Place) -> None:
        mail = place.mail()
        set_state(mail, MailState.SENT, bounced_at=clock.now() + timedelta(hours=1))
        address = f"{LIST}/{mail.message_id}"
        assert told(place, address, "Stand").startswith("zurückgekommen")
        assert told(place, address, "Hinausgegangen")
        assert "Erst die Adresse berichtigen" in place.ada.get(address).text

    def test_dropped_says_that_it_never_left(self, place: Place) -> None:
        set_state(place.mail(), MailState.DROPPED)
        page = place.ada.get(f"{LIST}/{place.mail().message_id}").text
        assert "Diese E-Mail ging nicht hinaus." in page

    def test_what_has_no_reason_any_more_is_said(self, place: Place) -> None:
        sign_up(event_of(SLUG), "Ada", now=clock.now())
        cancel(rows()[-1].id, clock.now())
        post()
        mail = place.mail("Ada", 1)
        with transaction() as session:
            session.execute(
                update(Registration).where(Registration.first_name == "Ada").values(email="")
            )
        page = place.ada.get(f"{LIST}/{mail.message_id}").text
        assert "noch einmal" not in page

    def test_of_a_message_says_nothing_to_who_may_not_write(self, place: Place) -> None:
        set_state(place.mail(), MailState.SENT, kind="organiser-message")
        viewer = place.office.somebody(Role.VIEWER, "viola")
        address = f"{LIST}/{place.mail().message_id}"
        assert "dürfen nur andere sehen" in viewer.get(address).text
        assert viewer.get(f"{address}/html").status_code == 403

    def test_of_another_event_is_not_found(self, place: Place) -> None:
        with transaction() as session:
            make_event(session, "anderes", network_id=place.office.network_id)
        sign_up(event_of("anderes"), "Otto", now=clock.now())
        assert place.ada.get(f"{LIST}/{place.mail('Otto').message_id}").status_code == 404
        assert place.ada.get(f"{LIST}/{'0' * 32}").status_code == 404


class TestAgain:
    def test_sends_what_left_once_more_with_its_ticket(self, place: Place) -> None:
        mail = place.mail()
        answer = place.again(mail)
        assert answer.status_code == 303
        [posted] = post()
        assert posted.recipient == "erika@example.org"
        assert "geht noch einmal hinaus" in place.ada.get(answer.location).text
        kinds_ = [part.get_content_type() for part in posted.message.walk()]
        assert "text/calendar" in kinds_
        assert "image/png" in kinds_
        with reading() as connection:
            entry = connection.execute(
                select(table_of(AuditEntry)).order_by(AuditEntry.id.desc())
            ).first()
        assert entry is not None
        assert (entry.act, entry.subject_id) == ("mail.sent_again", mail.registration_id)

    def test_pressed_twice_is_sent_once(self, place: Place) -> None:
        place.again(place.mail())
        check_refused(place.again(place.mail()), "mail-under-way")
        assert len(post()) == 1
        check_refused(place.again(place.mail()), "mail-under-way")
        clock.shift(11 * 60)
        assert place.again(place.mail()).status_code == 303
        assert len(post()) == 1

    def test_after_its_row_has_gone_it_works_as_well(self, place: Place) -> None:
        mail = place.mail()
        forget()
        assert place.again(mail).status_code == 303
        check_refused(place.again(mail), "mail-under-way")
        assert [each.recipient for each in post()] == ["erika@example.org"]

    @pytest.mark.parametrize("state", [MailState.FAILED, MailState.UNKNOWN])
    def test_tries_what_was_refused_anew(self, place: Place, state: MailState) -> None:
        mail = place.mail()
        with transaction() as session:
            session.execute(update(Registration).values(request_sent_at=None))
        set_state(mail, state, interrupted=2, attempts=12)
        assert place.again(mail).status_code == 303
        assert len(post()) == 1
        row = place.mail()
        assert (row.state, row.message_id, len(outbox_rows())) == ("sent", mail.message_id, 2)

    def test_what_waits_leaves_by_itself(self, place: Place) -> None:
        sign_up(event_of(SLUG), "Ada", now=clock.now())
        check_refused(place.again(place.mail("Ada")), "mail-under-way")

    def test_what_does_not_hold_any_more_is_not_sent(self, place: Place) -> None:
        mail = place.mail()
        cancel(mail.registration_id, clock.now())
        post()
        check_refused(place.again(mail), "mail-has-no-reason")
        assert post() == []

    def test_waits_for_a_mail_it_depends_on(
        self, place: Place, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def not_yet(*_: object) -> None:
            raise kinds.NotYet

        monkeypatch.setitem(kinds._kinds, "registration-confirmed", not_yet)
        check_refused(place.again(place.mail()), "mail-under-way")


def missed(place: Place, page: str) -> bool:
    text = place.ada.get(page).text
    return "kam nicht an" in text.replace("E-Mail kam nicht an</a>", "")  # the filter


class TestWhoMissesAMail:
    def test_is_marked_in_the_list_and_on_their_page_until_one_arrives(self, place: Place) -> None:
        people = f"/organise/events/{SLUG}/participants"
        mail = place.mail()
        person = f"{people}/{mail.registration_id}"
        for page in (people, person):
            assert not missed(place, page)
        set_state(mail, MailState.FAILED)
        assert place.ada.get(people).text.count("E-Mail kam nicht an</p>") == 1
        assert "Eine E-Mail kam nicht an." in place.ada.get(person).text
        assert f"{LIST}?state=lost" in place.ada.get("/organise/").text
        clock.shift(60)
        place.again(mail)
        post()
        for page in (people, person, "/organise/"):
            assert not missed(place, page)

    def test_also_when_it_came_back(self, place: Place) -> None:
        set_state(place.mail(), MailState.SENT, bounced_at=clock.now(), bounce_status="5.1.1")
        page = place.ada.get(f"{LIST}?state=lost").text
        assert "zurückgekommen" in page
        assert "Dan Beispiel" not in page
        people = f"/organise/events/{SLUG}/participants"
        assert place.ada.get(people).text.count("E-Mail kam nicht an</p>") == 1


class TestInvitations:
    def test_are_listed_for_those_who_invite(self, place: Place) -> None:
        event, now = event_of(SLUG), clock.now()
        with transaction() as session:
            network = session.get_one(Network, place.office.network_id)
            member = make_organisation(session, "haus", networks=[network])
            member.contact_email = "haus@example.org"
            invitations.invite(session, event, [member.id], now=now)
            sending.send_round(session, event, now=now)
        [mail] = [row for row in outbox_rows() if row.kind == "invitation"]
        page = place.ada.get(f"{LIST}?kind=invitation").text
        assert member_name() in page
        assert member_name() in place.ada.get(f"{LIST}?q=haus").text
        assert "kommen" in place.ada.get(f"{LIST}/{mail.message_id}/html").text
        viewer = place.office.somebody(Role.VIEWER, "viola")
        assert member_name() not in viewer.get(LIST).text
        assert viewer.get(f"{LIST}/{mail.message_id}").status_code == 404


def member_name() -> str:
    with reading() as connection:
        return str(connection.execute(select(Organisation.name).filter_by(slug="haus")).scalar())


# What goes to accounts, or to people who are not guests of any event yet.
ELSEWHERE = ("account-", "opening-", "wording-", "organisation-named")


def test_every_kind_has_a_name_that_people_read(app: Flask) -> None:
    macros: Any = app.jinja_env.get_template("macros/participants.html").make_module({})
    with app.test_request_context():
        shown = {kind: str(macros.mail_label(kind)) for kind in kinds.names()}
    assert [kind for kind, label in shown.items() if label == kind] == [
        kind for kind in kinds.names() if kind.startswith(ELSEWHERE)
    ]
