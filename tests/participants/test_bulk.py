"""Acts on many: planned by rules, shown with their count, done once, told; and saved views."""

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from eventapp.audit.models import AuditEntry
from eventapp.db import reading, transaction
from eventapp.events.definition import EventDefinition
from eventapp.mail.models import OutboxMail
from eventapp.networks.models import Role, Scope
from eventapp.participants import views
from eventapp.participants.models import BulkAct
from eventapp.participants.rules import Candidate, Left, plan_attendance, plan_item, plan_places
from eventapp.registration.places import Count, Places
from tests.factories import make_event, make_item
from tests.participants.test_console import account, address, enter, names_on, organiser
from tests.refusals import check_refused
from tests.registration.test_actions import cancel, event_of, item_states, plan, rows, statuses
from tests.visitors import Visitor

# --- rules --------------------------------------------------------------------------------------


@pytest.mark.usefixtures("app")
class TestPlans:
    def test_places_go_in_the_order_of_waiting(self) -> None:
        event = plan(capacity_in_person=5)
        places = Places({"in_person": Count(5, taken=3, waiting=3)})
        people = [Candidate(n, "waitlisted", "in_person") for n in range(4)]
        people += [Candidate(8, "cancelled", "in_person"), Candidate(9, "confirmed", "in_person")]
        found = plan_places(event, places, people, beyond=False)
        assert found.ids == [0, 1]
        assert found.left == {
            2: Left.FULL,
            3: Left.FULL,
            8: Left.CANCELLED,
            9: Left.NOT_WAITING,
        }
        assert plan_places(event, places, people, beyond=True).ids == [0, 1, 2, 3]

    def test_nobody_who_moves_overtakes_those_who_wait(self) -> None:
        event = plan(has_online=True)
        people = [Candidate(n, "confirmed", "in_person") for n in range(3)]
        people.append(Candidate(3, "confirmed", "online"))
        for count, expected in (
            (Count(2), ["confirmed", "confirmed", "waitlisted"]),
            (Count(9, waiting=1), ["waitlisted"] * 3),
            (Count(None), ["confirmed"] * 3),
        ):
            places = Places({"in_person": Count(5), "online": count})
            found = plan_attendance(event, places, people, "online", beyond=False)
            assert [step.status for step in found.steps.values()] == expected
            assert found.left == {3: Left.SAME}

    def test_items_are_given_while_seats_last_and_never_two_at_a_time(self) -> None:
        items = [{"slug": "a", "capacity": 1}, {"slug": "b", "title": "B", "capacity": 5}]
        event = plan(items=items)
        one, other = event.choices
        places = Places({"in_person": Count(5)}, {"a": Count(1), "b": Count(5)})
        people = [
            Candidate(1, "confirmed", "in_person"),
            Candidate(2, "confirmed", "in_person"),
            Candidate(3, "waitlisted", "in_person"),
            Candidate(4, "confirmed", "in_person", {one.id: "waitlisted"}),
            Candidate(5, "confirmed", "in_person", {other.id: "confirmed"}),
            Candidate(6, "pending", "in_person"),
        ]
        found = plan_item(event, places, people, one, beyond=False)
        assert found.places == {1: "confirmed", 2: "waitlisted", 3: "waitlisted"}
        assert found.left == {4: Left.SAME, 5: Left.OVERLAP, 6: Left.PENDING}


# --- pages --------------------------------------------------------------------------------------


def ask(browser: Visitor, event: EventDefinition, query: str) -> dict[str, str]:
    """The fields of the page that asks."""
    page = browser.get(address(event, f"/bulk?{query}")).text
    found = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    assert {"act", "people", "form_token"} <= found.keys(), page
    return found


def confirm(browser: Visitor, event: EventDefinition, fields: dict[str, str], **more: str) -> Any:
    return browser.post(address(event, "/bulk"), data={**fields, **more})


def crowd(count: int, **values: Any) -> EventDefinition:
    event = plan(**values)
    for number in range(count):
        enter(event, f"Gast{number}", "Beispiel")
    return event


def kinds() -> list[str]:
    with reading() as connection:
        return list(connection.execute(select(OutboxMail.kind).order_by(OutboxMail.id)).scalars())


def test_what_was_shown_is_what_happens_and_only_once(app: Flask) -> None:
    event = crowd(4, capacity_in_person=3)
    cancel(rows()[0].id)  # the fourth moves up
    browser = organiser(app, event)
    page = browser.get(address(event, "/bulk?whom=all&act=cancel&q=beispiel")).text
    assert "4 Anmeldungen absagen?" in page
    assert "Für 3 Personen ändert sich etwas." in page
    assert "1 bleibt, wie es ist: schon abgesagt." in page
    assert "Gast0 Beispiel" in page
    fields = ask(browser, event, "whom=all&act=cancel&q=beispiel")
    enter(event, "Neu", "Beispiel")  # meanwhile; waits
    before = len(kinds())
    answer = confirm(browser, event, fields, note="Es tut uns leid.")
    assert answer.status_code == 303
    assert statuses() == ["cancelled"] * 4 + ["confirmed"]
    assert sorted(kinds()[before:]) == ["registration-cancelled"] * 3 + ["registration-promoted"]
    assert [row.cancel_note for row in rows()][1:4] == ["Es tut uns leid."] * 3
    again = confirm(browser, event, fields)
    assert again.status_code == 200
    assert "Für 3 Personen erledigt." in again.text
    assert len(kinds()) == before + 4
    done = browser.get(answer.location).text
    assert "1 Person ausgelassen: schon abgesagt" in done
    with reading() as connection:
        [entry] = connection.execute(
            select(AuditEntry.after).where(AuditEntry.act == "registrations.cancelled")
        ).scalars()
        [record] = connection.execute(select(BulkAct.ids)).scalars()
    ids = [row.id for row in rows()][1:4]
    assert record == ids
    assert entry == {"rows": 3, "left": 1, "ids": ids}
    person = browser.get(address(event, f"/{ids[0]}")).text
    assert "Mehrere Anmeldungen abgesagt, <bdi>ada@example.org</bdi>" in person


def test_picked_people_get_places_beyond_the_room_with_the_tick(app: Flask) -> None:
    event = crowd(4, capacity_in_person=1)
    browser = organiser(app, event)
    ids = [row.id for row in rows()]
    fields = ask(browser, event, f"whom=picked&act=place&pick={ids[3]}&pick={ids[0]}")
    assert confirm(browser, event, fields).status_code == 303
    assert statuses() == ["confirmed", "waitlisted", "waitlisted", "waitlisted"]
    fields = ask(browser, event, f"whom=picked&act=place&pick={ids[3]}&pick={ids[0]}")
    assert confirm(browser, event, fields, beyond="y").status_code == 303
    assert statuses() == ["confirmed", "waitlisted", "waitlisted", "confirmed"]


def test_attendance_and_items_of_many(app: Flask) -> None:
    items = [{"slug": "a", "title": "Singen", "capacity": 2}]
    event = crowd(3, has_online=True, items=items)
    browser = organiser(app, event)
    ids = [row.id for row in rows()]
    for act, states in (
        ("item_added:a", ["confirmed", "confirmed", "waitlisted"]),
        ("item_removed:a", [None] * 3),
        ("item_added:a", ["confirmed", "confirmed", "waitlisted"]),
    ):
        assert (
            confirm(browser, event, ask(browser, event, f"whom=all&act={act}")).status_code == 303
        )
        assert [item_states(each).get("a") for each in ids] == states
    first = f"whom=picked&act=item_removed:a&pick={ids[0]}"
    assert confirm(browser, event, ask(browser, event, first)).status_code == 303
    assert [item_states(each).get("a") for each in ids] == [None, "confirmed", "confirmed"]
    fields = ask(browser, event, "whom=all&act=attendance:online")
    assert confirm(browser, event, fields).status_code == 303
    assert {row.attendance for row in rows()} == {"online"}
    assert {row.sequence for row in rows()} == {1}
    assert kinds()[-3:] == ["registration-changed"] * 3


def test_what_cannot_be_asked_or_confirmed(app: Flask) -> None:
    event = crowd(1)
    other = plan(slug="anderes")
    stranger = enter(other, "Erika", "Fremd")
    browser = organiser(app, event)
    for nonsense in ("act=x", "act=cancel:x", "act=item_added:x", "act=attendance"):
        assert browser.get(address(event, f"/bulk?whom=all&{nonsense}")).status_code == 404
    nobody = browser.get(address(event, "/bulk?act=cancel&whom=picked")).text
    assert "Sie haben niemanden ausgewählt." in nobody
    page = browser.get(address(event, f"/bulk?act=cancel&pick={stranger}")).text
    assert "Fremd" not in page
    fields = ask(browser, event, "whom=all&act=cancel")
    assert confirm(browser, event, {**fields, "people": "x.y"}).status_code == 400
    assert confirm(browser, event, {**fields, "form_token": "x"}).status_code == 422
    assert confirm(browser, event, fields, note="x" * 1001).status_code == 422
    ben = account(
        app,
        (Role.ORGANISER, Scope.EVENT, event.id),
        (Role.ORGANISER, Scope.EVENT, other.id),
        email="ben@example.org",
    )
    token = {"csrf_token": ben.csrf_token()}
    assert confirm(ben, event, {**fields, **token}).status_code == 400  # signed for Ada
    viewer = account(app, (Role.VIEWER, Scope.EVENT, event.id), email="dan@example.org")
    assert viewer.get(address(event, "/bulk?whom=all&act=cancel")).status_code == 403
    assert "Für mehrere auf einmal" not in viewer.get(address(event)).text
    assert statuses() == ["confirmed"] * 2


# --- views --------------------------------------------------------------------------------------


def save(browser: Visitor, event: EventDefinition, query: str, name: str, **more: str) -> Any:
    data = {"csrf_token": browser.csrf_token(), "name": name, **more}
    return browser.post(address(event, f"/views?{query}"), data=data)


def test_views_are_for_oneself_or_for_all(app: Flask) -> None:
    with transaction() as session:
        event_ = make_event(session, capacity_in_person=1)
        make_item(session, event_, "a", capacity=3)
        slug = event_.slug
    event = event_of(slug)
    enter(event, "Anna", "A"), enter(event, "Bert", "B")
    ada = organiser(app, event)
    hostile = "<img src=x onerror=alert(1)>"
    answer = save(ada, event, "status=waitlisted&sort=name", hostile)
    assert answer.status_code == 303
    assert names_on(ada.get(answer.location).text) == ["B, Bert"]
    assert "<img src=x" not in ada.get(address(event)).text
    assert save(ada, event, "workshop=a", "Singen", is_shared="y").status_code == 303
    assert save(ada, event, "workshop=a&place=held", "Singen", is_shared="y").status_code == 303
    assert save(ada, event, "workshop=b", "Nichts").status_code == 404
    assert save(ada, event, "q=x", "").status_code == 422
    assert save(ada, event, "q=x", "x" * 5000).status_code == 422
    viewer = account(app, (Role.VIEWER, Scope.EVENT, event.id), email="dan@example.org")
    page = viewer.get(address(event)).text
    assert "Singen" in page
    assert "workshop=a&amp;place=held" in page
    assert "onerror" not in page
    assert save(viewer, event, "q=a", "Meine", is_shared="y").status_code == 303
    assert "Meine" not in ada.get(address(event, "/views")).text  # a viewer shares nothing
    [delete] = re.findall(r'action="([^"]*/delete)"', viewer.get(address(event, "/views")).text)
    every = re.findall(r'action="([^"]*/delete)"', ada.get(address(event, "/views")).text)
    assert len(every) == 2
    token = {"csrf_token": viewer.csrf_token()}
    assert [viewer.post(each, data=token).status_code for each in every] == [404, 404]
    assert viewer.post(delete, data=token).status_code == 303
    token = {"csrf_token": ada.csrf_token()}
    assert [ada.post(each, data=token).status_code for each in every] == [303, 303]
    assert "Noch keine." in ada.get(address(event, "/views")).text


def test_nobody_keeps_more_views_than_fifty(app: Flask) -> None:
    event = plan()
    ada = organiser(app, event)
    for n in range(views.MOST):
        assert save(ada, event, "q=x", f"Ansicht {n}").status_code == 303
    check_refused(save(ada, event, "q=x", "Noch eine"), "too-many-views", most=views.MOST)
    assert save(ada, event, "q=y", "Ansicht 0").status_code == 303  # in place of the earlier


def test_views_of_needs_are_for_those_who_may_read_them(app: Flask) -> None:
    event = plan(fields=["assistance"])
    both = ((Role.ORGANISER, Scope.EVENT, event.id), (Role.ASSISTANCE, Scope.EVENT, event.id))
    trusted = account(app, *both)
    assert save(trusted, event, "needs=1", "Bedarf", is_shared="y").status_code == 303
    plain = account(app, both[0], email="ben@example.org")
    assert "Bedarf" not in plain.get(address(event)).text
    assert save(plain, event, "needs=1", "Bedarf").status_code == 403
    assert "Bedarf" in trusted.get(address(event)).text
