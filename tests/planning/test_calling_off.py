"""Calling an event off, on the pages of the organisers."""

from flask import Flask

from tests.notices.changing import owed
from tests.planning.office import Office, event_of, send
from tests.registration.test_actions import sign_up

ADDRESS = "/organise/events/treffen"


def test_the_page_shows_the_mail_with_the_words_before_anything_happens(app: Flask) -> None:
    ada = Office(app, "treffen").ada()
    sign_up(event_of("treffen"))
    page = ada.get(f"{ADDRESS}/cancel").text
    assert "1 E-Mail" in page
    mail = f"{ADDRESS}/cancel/mail"
    assert f'formaction="{mail}" formtarget="mail-preview"' in page
    assert f'name="mail-preview" src="{mail}"' in page
    assert "findet nicht statt" in ada.get(mail).text
    said = {"words": "Leider Sturm.", "words_en": "A storm, sorry."}
    german = send(ada, mail, **said, language="de")
    assert "sandbox" in german.headers["Content-Security-Policy"]
    assert "Leider Sturm." in german.text
    assert "A storm, sorry." in send(ada, mail, **said, language="en").text
    assert "Leider Sturm." in send(ada, mail, words="Leider Sturm.", language="en").text
    assert send(ada, mail, language="fr").status_code == 404
    assert event_of("treffen").status == "published"


def test_english_alone_is_refused_and_kept(app: Flask) -> None:
    ada = Office(app, "treffen").ada()
    sign_up(event_of("treffen"))
    refused = send(ada, f"{ADDRESS}/cancel", words_en="A storm, sorry.")
    assert refused.status_code == 422
    assert "Auf Deutsch fehlt der Text noch." in refused.text
    assert "A storm, sorry." in refused.text
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
