"""All registrations of one address: shown together, cancelled in one act with one mail."""

from typing import Any

from flask.testing import FlaskClient

from tests.factories import at, in_days
from tests.refusals import check_refused
from tests.registration.posted import post
from tests.registration.test_actions import plan, rows, sign_up, statuses
from tests.registration.test_holder_pages import address_of
from tests.registration.test_self_service import send

COURSE = [(at(in_days(days), 10), at(in_days(days), 12)) for days in (5, 12)]


def three() -> list[Any]:
    """A meeting, a course of two dates, and a place on a waiting list."""
    sign_up(plan(title="Treffen"))
    sign_up(plan(title="Kurs", dates=COURSE))
    sign_up(plan(title="Voll", capacity_in_person=0))
    return rows()


def test_several_are_cancelled_in_one_act_with_one_mail(client: FlaskClient) -> None:
    meeting, course, waiting = three()
    requests = [act for mail in post() for act in mail.acts]
    url = f"{address_of(meeting)}/dates"
    page = client.get(url).text
    assert [title in page for title in ("Treffen", "Kurs", "Voll")] == [True] * 3
    answer = send(client, url, registration=[meeting.id, course.id, waiting.id])
    assert answer.location == f"{url}?done=3"
    assert statuses() == ["cancelled"] * 3
    [mail] = post()
    assert mail.subject == "3 Termine sind abgesagt"
    assert sorted(mail.acts) == sorted(("CANCEL", uid, n + 1) for _, uid, n in requests)
    parts = [part for part in mail.message.walk() if part.get_content_type() == "text/calendar"]
    names = [part.get_filename() for part in parts]
    assert names == ["termin-1.ics", "termin-2.ics", "termin-3.ics"]
    for title in ("Treffen", "Kurs", "Voll"):
        assert title in mail.text
    assert "3 Termine sind abgesagt." in client.get(answer.location).text
    again = send(client, url, registration=[meeting.id])
    assert again.status_code == 422
    assert post() == []


def test_one_alone_is_cancelled_as_ever(client: FlaskClient) -> None:
    meeting, course, _ = three()
    post()
    url = f"{address_of(meeting)}/dates"
    assert send(client, url, registration=[course.id]).status_code == 303
    assert statuses() == ["confirmed", "cancelled", "waitlisted"]
    [mail] = post()
    assert mail.subject.startswith("Ihre Anmeldung ist abgesagt")
    assert {method for method, _uid, _n in mail.acts} == {"CANCEL"}


def test_the_freed_places_go_to_the_next_in_each_line(client: FlaskClient) -> None:
    events = [plan(capacity_in_person=1) for _ in range(2)]
    for name in ("Erika", "Ben"):
        for event in events:
            sign_up(event, name, token=f"{name} {event.slug}")
    mine = [row.id for row in rows() if row.first_name == "Erika"]
    send(client, f"{address_of(rows()[0])}/dates", registration=mine)
    assert [row.status for row in rows() if row.first_name == "Ben"] == ["confirmed"] * 2


def test_those_of_other_addresses_are_out_of_reach(client: FlaskClient) -> None:
    event = plan()
    sign_up(event)
    sign_up(event, "Ada")
    url = f"{address_of(rows()[0])}/dates"
    assert "Ada" not in client.get(url).text
    for wrong in ([rows()[1].id], [], ["x"], ["99999999999999"]):
        answer = send(client, url, registration=wrong)
        check_refused(answer, "nothing-chosen")
    check_refused(send(client, f"{url}?lang=en"), "nothing-chosen", "en")
    assert statuses() == ["confirmed", "confirmed"]
    assert client.post(url, data={"form_token": "1.2.3"}).status_code == 422
