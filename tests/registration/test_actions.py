"""Sign-up, waiting list, workshops, self-service: on both databases."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from eventapp import clock
from eventapp.base import table_of
from eventapp.db import reading, transaction
from eventapp.errors import Gone, Refused
from eventapp.events.actions import update_event
from eventapp.events.definition import EventDefinition
from eventapp.events.loading import get_definition
from eventapp.mail.models import OutboxMail
from eventapp.registration import actions, correction, queries, selfservice
from eventapp.registration.actions import Person, SignupRequest
from eventapp.registration.following import follow
from eventapp.registration.models import Registration
from eventapp.registration.refusals import (
    AttendanceClosed,
    EventChanged,
    EventFull,
    Overlap,
    ProgrammeItemFull,
    RegistrationClosed,
)
from tests.factories import ORIGIN, make_event, make_item, make_network

NOW = clock.now()


def event_of(slug: str) -> EventDefinition:
    with reading() as connection:
        return get_definition(connection, slug)


def plan(**values: Any) -> EventDefinition:
    items = values.pop("items", [])
    with transaction() as session:
        network = make_network(session)
        event = make_event(session, values.pop("slug", ""), network=network, **values)
        for item in items:
            make_item(session, event, **item)
        slug = event.slug
    return event_of(slug)


def sign_up(
    event: EventDefinition,
    name: str = "Erika",
    *,
    items: tuple[str, ...] = (),
    token: str | None = None,
    attendance: str = "in_person",
    now: datetime = NOW,
    **more: Any,
) -> str:
    request = SignupRequest(
        person=Person(first_name=name, last_name="Beispiel", email=f"{name.lower()}@example.org"),
        attendance=attendance,
        items=[item for item in event.choices if item.slug in items],
        **more,
    )
    with transaction() as session:
        return actions.register(session, event, request, form_token=token or name, now=now)


def rows() -> list[Any]:
    with reading() as connection:
        statement = select(table_of(Registration)).order_by(Registration.id)
        return list(connection.execute(statement))


def statuses() -> list[str]:
    return [row.status for row in rows()]


def mails() -> list[tuple[str, int]]:
    with reading() as connection:
        statement = select(OutboxMail.kind, OutboxMail.ids).order_by(OutboxMail.id)
        owed = connection.execute(statement.where(OutboxMail.kind.startswith("registration-")))
        return [(kind, ids["registration_id"]) for kind, ids in owed]


def cancel(registration_id: int, now: datetime = NOW) -> None:
    with transaction() as session:
        selfservice.cancel(session, registration_id, now=now)


def set_capacity(slug: str, capacity: int | None, now: datetime = NOW) -> None:
    """As the office does it: who waits follows."""
    with transaction() as session:
        update_event(session, slug, origin=ORIGIN, now=now, capacity_in_person=capacity)
        follow(session, event_of(slug).id, now=now)


def item_states(registration_id: int) -> dict[str, str]:
    with reading() as connection:
        holder = queries.get_holder(connection, registration_id)
    return {chosen.item.slug: chosen.status for chosen in holder.items}


@pytest.mark.usefixtures("app")
class TestPlaces:
    def test_confirms_while_places_last_then_the_waiting_list(self) -> None:
        event = plan(capacity_in_person=2)
        for name in ("Ada", "Ben", "Cleo"):
            sign_up(event, name)
        assert statuses() == ["confirmed", "confirmed", "waitlisted"]
        assert [kind for kind, _ in mails()] == [
            "registration-confirmed",
            "registration-confirmed",
            "registration-waitlisted",
        ]

    def test_full_without_a_waiting_list_is_refused(self) -> None:
        event = plan(capacity_in_person=1, waiting_list=False)
        sign_up(event, "Ada")
        with pytest.raises(EventFull):
            sign_up(event, "Ben")
        assert statuses() == ["confirmed"]

    def test_each_attendance_has_its_own_places(self) -> None:
        event = plan(capacity_in_person=1, has_online=True, capacity_online=None)
        sign_up(event, "Ada")
        sign_up(event, "Ben", attendance="online")
        sign_up(event, "Cleo")
        assert statuses() == ["confirmed", "confirmed", "waitlisted"]

    def test_a_lowered_capacity_takes_nobodys_place_and_gives_none(self) -> None:
        event = plan(capacity_in_person=2)
        sign_up(event, "Ada")
        sign_up(event, "Ben")
        sign_up(event, "Cleo")
        from eventapp import sitecache
        from eventapp.events.models import Event

        with transaction() as session:
            row = session.get_one(Event, event.id)
            row.capacity_in_person, row.revision = 1, row.revision + 1
            sitecache.bump(session, NOW)
        cancel(rows()[0].id)
        assert statuses() == ["cancelled", "confirmed", "waitlisted"]

    @pytest.mark.parametrize(
        "values",
        [
            {"status": "cancelled"},
            {"status": "announced"},
            {"registration_opens_at": NOW + timedelta(hours=1)},
            {"registration_closes_at": NOW},
            {"audience": "invited"},
        ],
    )
    def test_closed_is_refused_under_the_lock(self, values: dict[str, Any]) -> None:
        event = plan(**values)
        with pytest.raises(RegistrationClosed):
            sign_up(event)
        assert rows() == []


@pytest.mark.usefixtures("app")
class TestRepeats:
    def test_the_same_submit_changes_nothing_and_has_the_same_receipt(self) -> None:
        event = plan()
        first = sign_up(event, token="t")
        assert sign_up(event, token="t") == first
        assert len(rows()) == len(mails()) == 1

    def test_the_same_person_again_gets_their_link_by_mail_once_in_ten_minutes(self) -> None:
        event = plan()
        first = sign_up(event, token="t1")
        again = sign_up(event, token="t2")
        sign_up(event, token="t3", now=NOW + timedelta(minutes=9))
        assert again != first
        assert len(rows()) == 1
        assert [kind for kind, _ in mails()] == ["registration-confirmed", "registration-link"]
        sign_up(event, token="t4", now=NOW + timedelta(minutes=10))
        assert len(mails()) == 3

    def test_one_token_and_another_person_is_a_new_registration(self) -> None:
        event = plan()
        sign_up(event, "Ada", token="t")
        sign_up(event, "Ben", token="t")
        assert statuses() == ["confirmed", "confirmed"]

    def test_who_cancelled_may_come_back(self) -> None:
        event = plan()
        sign_up(event, token="t1")
        cancel(rows()[0].id)
        sign_up(event, token="t2")
        assert statuses() == ["cancelled", "confirmed"]


@pytest.mark.usefixtures("app")
class TestCancelAndPromote:
    def test_the_next_in_line_moves_up_once(self) -> None:
        event = plan(capacity_in_person=1)
        for name in ("Ada", "Ben", "Cleo"):
            sign_up(event, name)
        first = rows()[0].id
        cancel(first)
        assert statuses() == ["cancelled", "confirmed", "waitlisted"]
        with pytest.raises(Refused):
            cancel(first)
        assert statuses() == ["cancelled", "confirmed", "waitlisted"]
        assert [kind for kind, _ in mails()][-2:] == [
            "registration-cancelled",
            "registration-promoted",
        ]

    def test_leaving_the_waiting_list_promotes_nobody(self) -> None:
        event = plan(capacity_in_person=1)
        for name in ("Ada", "Ben", "Cleo"):
            sign_up(event, name)
        cancel(rows()[1].id)
        assert statuses() == ["confirmed", "cancelled", "waitlisted"]

    def test_nobody_is_promoted_after_the_begin(self) -> None:
        event = plan(capacity_in_person=1)
        sign_up(event, "Ada")
        sign_up(event, "Ben")
        cancel(rows()[0].id, now=event.start)
        assert statuses() == ["cancelled", "waitlisted"]

    def test_sequence_and_revision_rise(self) -> None:
        event = plan(capacity_in_person=1)
        sign_up(event, "Ada")
        sign_up(event, "Ben")
        before = rows()
        cancel(before[0].id)
        after = rows()
        assert [row.sequence for row in after] == [1, 1]
        assert all(new.revised_at > old.revised_at for new, old in zip(after, before, strict=True))


WORKSHOPS = [
    {"slug": "a", "choice_group": "workshop", "capacity": 1},
    {"slug": "b", "choice_group": "workshop", "capacity": 1},
]


@pytest.mark.usefixtures("app")
class TestWorkshops:
    def test_a_full_workshop_is_waited_for(self) -> None:
        event = plan(items=WORKSHOPS)
        sign_up(event, "Ada", items=("a",))
        sign_up(event, "Ben", items=("a",))
        first, second = rows()
        assert item_states(first.id) == {"a": "confirmed"}
        assert item_states(second.id) == {"a": "waitlisted"}
        assert statuses() == ["confirmed", "confirmed"]
        cancel(first.id)
        assert item_states(second.id) == {"a": "confirmed"}
        assert mails()[-1] == ("registration-changed", second.id)

    def test_without_a_waiting_list_the_whole_form_is_refused(self) -> None:
        event = plan(items=WORKSHOPS, waiting_list=False)
        sign_up(event, "Ada", items=("a",))
        with pytest.raises(ProgrammeItemFull):
            sign_up(event, "Ben", items=("a",))
        assert len(rows()) == 1

    def test_two_of_one_group_are_refused(self) -> None:
        event = plan(items=WORKSHOPS)
        with pytest.raises(Overlap):
            sign_up(event, items=("a", "b"))

    def test_waiting_for_the_event_holds_no_item_until_promotion(self) -> None:
        event = plan(capacity_in_person=1, items=WORKSHOPS)
        sign_up(event, "Ada")
        sign_up(event, "Ben", items=("a",))
        first, second = rows()
        assert item_states(second.id) == {"a": "waitlisted"}
        with reading() as connection:
            assert queries.places(connection, event).items["a"].taken == 0
        cancel(first.id)
        assert item_states(second.id) == {"a": "confirmed"}
        assert [kind for kind, of in mails() if of == second.id] == [
            "registration-waitlisted",
            "registration-promoted",
        ]

    def test_changing_to_a_full_one_keeps_the_old_until_it_is_free(self) -> None:
        event = plan(items=WORKSHOPS)
        sign_up(event, "Ada", items=("a",))
        sign_up(event, "Ben", items=("b",))
        first, second = rows()
        wanted = [item for item in event.choices if item.slug == "a"]
        with transaction() as session:
            selfservice.change_items(session, second.id, wanted, now=NOW)
        assert item_states(second.id) == {"a": "waitlisted", "b": "confirmed"}
        cancel(first.id)
        assert item_states(second.id) == {"a": "confirmed"}

    def test_moving_up_twice_in_one_second_is_two_mails(self) -> None:
        event = plan(items=WORKSHOPS)
        for name in ("Ada", "Ben"):
            sign_up(event, name, items=("a",))
        ada, ben = (row.id for row in rows())
        wanted = [item for item in event.choices if item.slug == "a"]
        for registration_id, items in ((ada, []), (ada, wanted), (ben, []), (ben, wanted)) * 2:
            with transaction() as session:
                selfservice.change_items(session, registration_id, items, now=NOW)
        assert mails().count(("registration-changed", ben)) == 6  # own changes four, moving up two

    def test_two_who_wait_for_each_others_workshop_both_move(self) -> None:
        event = plan(items=[*WORKSHOPS, {"slug": "c", "choice_group": "workshop", "capacity": 1}])
        for name, slug in (("Ada", "a"), ("Ben", "b"), ("Cleo", "c")):
            sign_up(event, name, items=(slug,))
        ada, ben, cleo = (row.id for row in rows())
        by_slug = {item.slug: item for item in event.choices}
        for registration_id, slug in ((ben, "a"), (cleo, "b")):
            with transaction() as session:
                selfservice.change_items(session, registration_id, [by_slug[slug]], now=NOW)
        cancel(ada)
        assert item_states(ben) == {"a": "confirmed"}
        assert item_states(cleo) == {"b": "confirmed"}


@pytest.mark.usefixtures("app")
class TestCorrection:
    def test_the_old_link_ends_and_a_new_mail_leaves(self) -> None:
        event = plan()
        receipt = sign_up(event)
        with reading() as connection:
            old = queries.get_holder(connection, rows()[0].id)
        with transaction() as session:
            correction.correct_email(session, receipt, "richtig@example.org", now=NOW)
        with reading() as connection:
            with pytest.raises(Gone):
                queries.get_id_by_manage_token(connection, old.manage_token)
            new = queries.get_holder(connection, old.id)
        assert new.email == "richtig@example.org"
        assert new.ticket != old.ticket
        assert new.uids == old.uids
        assert len(mails()) == 2

    def test_not_after_half_an_hour_nor_after_a_link_was_used(self) -> None:
        event = plan()
        receipt = sign_up(event)
        later = NOW + timedelta(minutes=30)
        with transaction() as session, pytest.raises(Gone):
            correction.correct_email(session, receipt, "a@example.org", now=later)
        with transaction() as session:
            correction.end_correction(session, rows()[0].id)
        with transaction() as session, pytest.raises(Gone):
            correction.correct_email(session, receipt, "a@example.org", now=NOW)

    def test_somebody_who_is_already_there_keeps_their_registration(self, app: Flask) -> None:
        del app
        event = plan()
        sign_up(event, "Erika", token="t1")
        request = SignupRequest(Person("Erika", "Beispiel", "tippfehler@example.org"), "in_person")
        with transaction() as session:
            receipt = actions.register(session, event, request, form_token="t2", now=NOW)
        with transaction() as session:
            correction.correct_email(session, receipt, "erika@example.org", now=NOW)
        assert statuses() == ["confirmed", "cancelled"]
        assert mails()[-1] == ("registration-link", rows()[0].id)

    def test_the_same_address_again_changes_nothing(self) -> None:
        receipt = sign_up(plan())
        before = rows()
        with transaction() as session:
            correction.correct_email(session, receipt, "ERIKA@example.org", now=NOW)
        assert rows() == before
        assert len(mails()) == 1

    def test_the_wrong_address_hears_that_it_is_over_if_it_had_a_date(self) -> None:
        event = plan()
        sign_up(event, "Erika", token="t1")
        request = SignupRequest(Person("Erika", "Beispiel", "tippfehler@example.org"), "in_person")
        with transaction() as session:
            receipt = actions.register(session, event, request, form_token="t2", now=NOW)
            wrong = rows_of(session)[-1]
            wrong.request_sent_at = NOW
        with transaction() as session:
            correction.correct_email(session, receipt, "erika@example.org", now=NOW)
        assert ("registration-cancelled", rows()[1].id) in mails()
        assert rows()[1].sequence == 1


def rows_of(session: Session) -> list[Registration]:
    return list(session.scalars(select(Registration).order_by(Registration.id)))


@pytest.mark.usefixtures("app")
class TestStaleForm:
    def test_an_event_that_was_changed_meanwhile_is_looked_at_again(self) -> None:
        event = plan(slug="treffen", has_online=True)
        with transaction() as session:
            update_event(session, "treffen", origin=ORIGIN, now=NOW, has_online=False)
        with pytest.raises(EventChanged):
            sign_up(event, attendance="online")
        assert statuses() == []

    def test_a_workshop_that_has_gone_cannot_be_chosen(self) -> None:
        event = plan(slug="treffen", items=[{"slug": "a", "capacity": 5}])
        sign_up(event)
        with transaction() as session:
            update_event(session, "treffen", origin=ORIGIN, now=NOW, programme=[])
        with transaction() as session, pytest.raises(EventChanged):
            selfservice.change_items(session, rows()[0].id, [event.choices[0]], now=NOW)


@pytest.mark.usefixtures("app")
def test_after_the_start_one_can_still_come_online_but_not_in_person() -> None:
    event = plan(has_online=True)
    during = event.start + timedelta(minutes=5)
    with pytest.raises(AttendanceClosed):
        sign_up(event, "Ada", now=during)
    sign_up(event, "Ben", attendance="online", now=during)
    assert statuses() == ["confirmed"]
