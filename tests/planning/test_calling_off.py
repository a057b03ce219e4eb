"""Calling an event off, on the pages of the organisers."""

from flask import Flask

from tests.notices.changing import owed
from tests.planning.office import Office, event_of, send
from tests.registration.test_actions import sign_up

ADDRESS = "/organise/events/treffen"


def test_the_page_shows_the_mail_with_the_words_before_anything_happens(app: Flask) -> None:
    ada = Office(app, "treffen").ada()
    sign_up(event_of("treffen"))
    assert "1 E-Mail" in ada.get(f"{ADDRESS}/cancel").text
    shown = send(ada, f"{ADDRESS}/cancel", words="Leider Sturm.", check="1")
    assert "Leider Sturm." in shown.text.split("<pre")[1]
    assert event_of("treffen").status == "published"


def test_too_many_words_are_kept_and_refused(app: Flask) -> None:
    ada = Office(app, "treffen").ada()
    sign_up(event_of("treffen"))
    refused = send(ada, f"{ADDRESS}/cancel", words="Sturm " * 400)
    assert refused.status_code == 422
    assert "höchstens 2000 Zeichen" in refused.text
    assert "Sturm Sturm" in refused.text


def test_it_can_be_taken_back_for_a_while(app: Flask) -> None:
    ada = Office(app, "treffen").ada()
    sign_up(event_of("treffen"))
    send(ada, f"{ADDRESS}/cancel", words="Leider Sturm.")
    page = ada.get(ADDRESS).text
    assert "Absage zurücknehmen" in page
    assert "1 E-Mail geht dann hinaus." in page
    assert "event-cancelled" in [row.kind for row in owed()]
    done = send(ada, f"{ADDRESS}/restore")
    assert done.location.endswith("done=restored")
    assert event_of("treffen").status == "published"
    assert "event-cancelled" not in [row.kind for row in owed()]
    assert "Die Absage ist zurückgenommen." in ada.get(done.location).text


def test_what_nobody_called_off_is_not_taken_back(app: Flask) -> None:
    ada = Office(app, "treffen").ada()
    assert send(ada, f"{ADDRESS}/restore").location.endswith("done=late")
