"""Sections of mails: which text holds, and the way from the form to the mail of a guest."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from eventapp import clock
from eventapp.audit.models import AuditEntry
from eventapp.base import table_of
from eventapp.db import reading, transaction
from eventapp.mail import kinds
from eventapp.mail.render import texts
from eventapp.networks.models import Network, Role, Scope
from eventapp.planning.copying import copy_wordings
from eventapp.wording import actions
from eventapp.wording.offers import offers
from eventapp.wording.rules import ALL, WordingChanged, holding, nearest, without_empty
from tests.factories import make_event, make_network
from tests.mail.outbox import outbox_rows
from tests.planning.office import Office
from tests.refusals import check_refused
from tests.registration.test_actions import event_of, rows, sign_up
from tests.visitors import Visitor, colleague

KIND = "registration-confirmed"
EVENT = "/organise/events/treffen/texts"
NETWORK = "/organise/networks/netz/texts"
NOTE = "Liebe(r) {vorname}, *bitte* kommen Sie früh: [Anfahrt](https://weg.example)."


def said(kind: str, **sections: str) -> dict[str, dict[str, dict[str, str]]]:
    return {kind: {"de": sections}}


def test_the_nearest_text_holds() -> None:
    event = {**said(KIND, note="Termin"), **said(ALL, closing="Alle hier")}
    network = {**said(KIND, note="Netz", intro="Netz", closing="Netz"), **said("x", closing="Netz")}
    above = said(KIND, subject="Oben", intro="Oben")
    found = nearest([event, network, above])
    assert holding(found, "de", KIND) == {
        "subject": "Oben",
        "intro": "Netz",
        "note": "Termin",
        "closing": "Alle hier",  # nearer than what the network says in this very mail
    }
    assert holding(found, "de", "x") == {"closing": "Alle hier"}
    assert holding(found, "en", KIND) == {}
    assert nearest([]) == {}
    same = nearest([{**said(ALL, closing="Alle"), **said(KIND, closing="Diese")}])
    assert holding(same, "de", KIND) == {"closing": "Diese"}


def test_what_is_empty_is_not_stored() -> None:
    assert without_empty({"de": {"note": "", "intro": "x"}, "en": {"note": ""}}) == {
        "de": {"intro": "x"}
    }


def post(browser: Visitor, url: str, **values: Any) -> Any:
    return browser.post(url, data={"csrf_token": browser.csrf_token(), **values})


def write(browser: Visitor, base: str, kind: str = KIND, **values: Any) -> None:
    """Written, looked at and released."""
    seen = browser.field(f"{base}/{kind}", "revision")
    answer = post(browser, f"{base}/{kind}", revision=seen, **values)
    assert answer.status_code == 303, answer.text
    page = f"{base}/{kind}/preview"
    answer = post(browser, f"{base}/{kind}/release", revision=browser.field(page, "revision"))
    assert answer.status_code == 303, answer.text


def mail_of(name: str, language: str = "de", kind: str = KIND) -> tuple[str, str, str]:
    sign_up(event_of("treffen"), name, language=language)
    with reading() as connection:
        draft = kinds.compose(connection, kind, {"registration_id": rows()[-1].id})
    assert draft is not None
    return texts(kind, draft)


def acts() -> list[str]:
    with reading() as connection:
        return list(connection.execute(select(table_of(AuditEntry).c.act)).scalars())


def test_from_the_form_to_the_guest(app: Flask) -> None:
    ada = Office(app, "treffen").ada()
    assert "Unser Text" in ada.get(EVENT).text
    ours = mail_of("Ben")
    form = {"revision": "0", "subject_de": "Bis bald, {vorname}", "note_de": NOTE}
    answer = post(ada, f"{EVENT}/{KIND}", **form)
    assert answer.status_code == 303, answer.text
    assert mail_of("Cleo")[0] == ours[0]  # a draft is in no mail
    preview = ada.get(answer.location).text
    assert "Bis bald, Erika" in preview
    frame = ada.get(f"{EVENT}/{KIND}/mail")
    assert "sandbox" in frame.headers["Content-Security-Policy"]
    assert "<em>bitte</em>" in frame.text
    assert post(ada, f"{EVENT}/{KIND}/test").status_code == 303
    [owed] = [row for row in outbox_rows() if row.kind == actions.TEST]
    with reading() as connection:
        test = kinds.compose(connection, actions.TEST, owed.ids)
    assert test is not None
    assert test.recipient == "ada@example.org"
    assert texts(actions.TEST, test)[0] == "Test: Bis bald, Erika"
    seen = ada.field(answer.location, "revision")
    assert post(ada, f"{EVENT}/{KIND}/release", revision=seen).status_code == 303
    assert "Eigener Text" in ada.get(EVENT).text
    with reading() as connection:
        assert kinds.compose(connection, actions.TEST, owed.ids) is None
    subject, plain, html = mail_of("Dan")
    assert subject == "Bis bald, Dan"
    assert "Hinweise:\nLiebe(r) Dan, bitte kommen Sie früh: Anfahrt: https://weg.example." in plain
    assert 'href="https://weg.example"' in html
    assert "Hinweise" in html
    assert mail_of("Eve", "en")[0].startswith("You are registered")  # no German in English mails
    assert {"wording.drafted", "wording.tested", "wording.released"} <= set(acts())


def test_a_network_says_it_for_its_events_and_those_below(app: Flask) -> None:
    office = Office(app, "treffen")
    with transaction() as session:
        make_network(session, "kreis", parent=session.get_one(Network, office.network_id))
    ada = office.ada()
    write(ada, NETWORK, ALL, closing_de="Ihr Netz", closing_en="Your network")
    assert "Text des Netzwerks" in ada.get(EVENT).text
    assert "Text von einem Netzwerk darüber" in ada.get("/organise/networks/kreis/texts").text
    assert "Ihr Netz" in mail_of("Ben")[1]
    assert "Your network" in mail_of("Cleo", "en")[2]
    write(ada, EVENT, KIND, closing_de="Ihr Treffen", intro_de="Schön, dass Sie kommen.")
    plain = mail_of("Dan")[1]
    assert "Ihr Treffen" in plain
    assert "Ihr Netz" not in plain
    assert "Schön, dass Sie kommen." in plain
    assert "Ihr Platz ist reserviert" not in plain
    write(ada, EVENT, KIND, closing_de="", intro_de="")
    assert "Ihr Netz" in mail_of("Eve")[1]


@pytest.mark.parametrize(
    "typed", ["{passwort}", "{name.__class__}", "{{ 7*7 }}", "{%s}", "[x](anfahrt)"]
)
def test_what_is_no_placeholder_or_no_link_is_refused(app: Flask, typed: str) -> None:
    ada = Office(app, "treffen").ada()
    if typed == "{%s}":
        typed = "{%(name)s}"
    answer = post(ada, f"{EVENT}/{KIND}", revision="0", note_de=f"Hallo {typed}", intro_de="Bleibt")
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert "Bleibt" in answer.text
    assert acts() == []


def test_what_a_guest_is_called_is_no_markup(app: Flask) -> None:
    write(Office(app, "treffen").ada(), EVENT, note_de="{name}")
    _subject, _plain, html = mail_of("<b>*x*</b>")
    assert "<b>*x*" not in html
    assert "&lt;b&gt;*x*" in html


def test_who_comes_second_sees_what_the_first_wrote(app: Flask) -> None:
    office = Office(app, "treffen")
    ada = office.ada()
    assert post(ada, f"{EVENT}/{KIND}", revision="0", note_de="Erst").status_code == 303
    answer = post(ada, f"{EVENT}/{KIND}", revision="0", note_de="Zweit")
    check_refused(answer, WordingChanged.code)
    assert "Zweit" in answer.text
    check_refused(post(ada, f"{EVENT}/{KIND}/release", revision="7"), WordingChanged.code)
    assert post(ada, f"{EVENT}/{KIND}/release", revision="x").status_code == 400
    assert post(ada, f"{EVENT}/{KIND}/discard", revision="1").status_code == 303
    late = post(ada, f"{EVENT}/{KIND}/discard", revision="2")
    assert "Dieser Schritt war nicht mehr" in ada.get(late.location).text
    assert acts().count("wording.discarded") == 1
    assert ada.get(f"{EVENT}/{KIND}/preview").location.endswith(f"{EVENT}/{KIND}")
    assert ada.get(f"{EVENT}/{KIND}/mail").status_code == 404


def test_reminders_are_worded_for_all_and_the_page_says_where_to_split(app: Flask) -> None:
    ada = Office(app, "treffen").ada()
    assert "in den Absatz der einzelnen Nachricht" in ada.get(f"{EVENT}/event-reminder").text
    assert "in den Absatz der einzelnen Nachricht" not in ada.get(f"{EVENT}/{KIND}").text


def test_only_kinds_and_sections_that_are_offered(app: Flask) -> None:
    ada = Office(app, "treffen").ada()
    for kind in ("account-password", "invitation", "x"):
        assert ada.get(f"{EVENT}/{kind}").status_code == 404
    assert 'name="intro_de"' not in ada.get(f"{EVENT}/registration-waitlisted").text
    write(ada, EVENT, "registration-waitlisted", intro_de="Nie", note_de="Doch")
    form = ada.get(f"{EVENT}/registration-waitlisted").text
    assert "Doch" in form
    assert "Nie" not in form


def test_every_offered_kind_has_a_preview_in_both_languages(app: Flask) -> None:
    ada = Office(app, "treffen").ada()
    for kind in offers():
        post(ada, f"{EVENT}/{kind}", revision="0", closing_de="Gruß aus {ort}", closing_en="Bye")
        for language, word in (("de", "Gruß aus"), ("en", "Bye")):
            assert word in ada.get(f"{EVENT}/{kind}/mail?mail={language}").text, kind
            assert word in ada.get(f"{EVENT}/{kind}/preview?mail={language}").text, kind


def test_who_may(app: Flask) -> None:
    office = Office(app, "treffen")
    assert office.cleo().get(EVENT).status_code == 404
    assert office.cleo().get(NETWORK).status_code == 404
    viewer = office.somebody(Role.VIEWER)
    assert [viewer.get(EVENT).status_code, viewer.get(NETWORK).status_code] == [403, 403]
    event = (Role.ORGANISER, Scope.EVENT, event_of("treffen").id)
    helper = colleague(app, "dora", event)
    assert [helper.get(EVENT).status_code, helper.get(NETWORK).status_code] == [200, 404]


def test_a_network_without_events_has_no_preview(app: Flask) -> None:
    ada = Office(app).ada()
    assert post(ada, f"{NETWORK}/{KIND}", revision="0", note_de="Text").status_code == 303
    assert "Eine Vorschau gibt es, sobald" in ada.get(f"{NETWORK}/{KIND}/preview").text
    assert ada.get(f"{NETWORK}/{KIND}/mail").status_code == 404
    assert post(ada, f"{NETWORK}/{KIND}/test").location.endswith("done=late")


def test_a_copy_says_the_same(app: Flask) -> None:
    ada = Office(app, "treffen").ada()
    write(ada, EVENT, note_de="Bringen Sie Hausschuhe mit.")
    before = event_of("treffen")
    with transaction() as session:
        make_event(session, "kopie", network_id=before.network.id)
        copy_wordings(session, before, ["kopie"], now=clock.now())
    assert event_of("kopie").wordings == before.wordings
