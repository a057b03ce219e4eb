"""Files in mails or the feed alone: nothing stands twice, and what a calendar has is taken back."""

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from eventapp import clock
from eventapp.db import transaction
from eventapp.registration import switching
from tests.feeds.subscriber import events
from tests.feeds.test_own import act, make_feed
from tests.registration.posted import Posted, post
from tests.registration.test_actions import cancel, plan, rows, set_capacity, sign_up
from tests.registration.test_holder_pages import address_of


def choose(client: FlaskClient, *, files: bool) -> TestResponse:
    return act(client, "files", **({} if files else {"no_files": "y"}))


def shape(mail: Posted) -> list[str]:
    return [part.get_content_type() for part in mail.message.walk()]


def test_what_mails_had_brought_is_taken_back_once(client: FlaskClient) -> None:
    for title in ("Treffen", "Kurs"):
        sign_up(plan(title=title), token=title)
    requested = {uid: n for mail in post() for _method, uid, n in mail.acts}
    path = make_feed(client)
    assert choose(client, files=False).status_code == 303
    [mail] = post()
    assert "Kalender-Adresse" in mail.subject
    taken = {uid: n for method, uid, n in mail.acts if method == "CANCEL"}
    assert set(taken) == set(requested)
    shown = {str(each["UID"]): int(each["SEQUENCE"]) for each in events(client.get(path))}
    for uid, sequence in requested.items():
        assert sequence < taken[uid] < shown[uid]
    choose(client, files=False)
    assert post() == []


def test_the_page_leads_to_the_feed_where_files_are_refused(client: FlaskClient) -> None:
    sign_up(plan(title="Treffen"))
    page = address_of(rows()[0])
    make_feed(client)
    assert "In den Kalender eintragen" in client.get(page).text
    choose(client, files=False)
    refused = client.get(page).text
    assert "In den Kalender eintragen" not in refused
    assert refused.count(f'href="{page}/calendar"') == 1


def test_ending_the_feed_says_that_files_come_again(client: FlaskClient) -> None:
    sign_up(plan(title="Treffen"))
    make_feed(client)
    url = f"{address_of(rows()[0])}/calendar"
    warning = "kommen E-Mails wieder mit Kalenderdateien"
    assert warning not in client.get(url).text
    choose(client, files=False)
    assert warning in client.get(url).text
    ended = client.get(act(client, "end").location)
    assert "kommen ab jetzt mit Kalenderdateien" in ended.text


def test_mails_tell_and_carry_no_files(client: FlaskClient) -> None:
    first = plan(title="Treffen", has_online=True)
    sign_up(first)
    post()
    make_feed(client)
    choose(client, files=False)
    post()
    sign_up(plan(title="Neu"), token="neu")
    [confirmed] = post()
    assert "Sie sind angemeldet" in confirmed.subject
    assert "image/png" in shape(confirmed)
    with transaction() as session:
        switching.switch(session, rows()[0].id, "online", now=clock.now())
    [changed] = post()
    assert shape(changed) == ["multipart/alternative", "text/plain", "text/html"]
    for row in rows():
        cancel(row.id, now=clock.now())
    for mail in post():
        assert "abgesagt" in mail.subject
        assert mail.acts == []
        assert "Kalender" not in mail.text


def test_cancelled_before_the_last_mail_has_left(client: FlaskClient) -> None:
    """Whatever comes in between, a calendar that had the date loses it."""
    sign_up(plan())
    [(_, uid, sequence)] = post()[0].acts
    make_feed(client)
    choose(client, files=False)
    cancel(rows()[0].id, now=clock.now())
    acts = [each for mail in post() for each in mail.acts]
    assert [(method, of) for method, of, _ in acts] == [("CANCEL", uid)]
    assert acts[0][2] > sequence


def test_chosen_before_the_confirmation_has_left(client: FlaskClient) -> None:
    """It may have been leaving at that moment: better taken back in vain than left to stay."""
    sign_up(plan())
    make_feed(client)
    choose(client, files=False)
    confirmed, taken_back = post()
    assert confirmed.acts == []
    assert [method for method, _, _ in taken_back.acts] == ["CANCEL"]


def test_files_again_bring_all_dates(client: FlaskClient) -> None:
    sign_up(plan(title="Treffen"))
    post()
    path = make_feed(client)
    choose(client, files=False)
    taken = {uid: n for mail in post() for _method, uid, n in mail.acts}
    sign_up(plan(title="Neu"), token="neu")
    sign_up(plan(slug="voll", title="Voll", capacity_in_person=0), token="voll")
    post()
    choose(client, files=True)
    [mail] = post()
    given = {uid: n for method, uid, n in mail.acts if method == "REQUEST"}
    shown = {str(each["UID"]): int(each["SEQUENCE"]) for each in events(client.get(path))}
    assert given == shown
    assert all(given[uid] > n for uid, n in taken.items())
    set_capacity("voll", 1, now=clock.now())
    assert [method for each in post() for method, _, _ in each.acts] == ["REQUEST"]


def test_the_end_of_the_feed_brings_the_files_back(client: FlaskClient) -> None:
    sign_up(plan())
    post()
    make_feed(client)
    choose(client, files=False)
    post()
    act(client, "end")
    assert [method for mail in post() for method, _, _ in mail.acts] == ["REQUEST"]


def test_a_choice_taken_back_before_its_mail_left(client: FlaskClient) -> None:
    sign_up(plan())
    [(_, uid, sequence)] = post()[0].acts
    make_feed(client)
    choose(client, files=False)
    choose(client, files=True)
    [mail] = post()
    [(method, of, after)] = mail.acts
    assert (method, of) == ("REQUEST", uid)
    assert after > sequence
