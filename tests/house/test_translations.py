"""Every German text of the source has an English one, and English readers meet no German."""

import re
from collections.abc import Callable, Iterator
from contextvars import Context
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po
from flask import Flask
from flask.testing import FlaskClient
from justhtml import JustHTML
from werkzeug.test import TestResponse

from eventapp.db import transaction
from eventapp.errors import Refused
from eventapp.languages import TRANSLATIONS
from eventapp.sentences import SENTENCES
from tests.factories import make_event, make_item, make_network
from tests.mail.test_render import mail_of
from tests.registration.test_actions import rows
from tests.registration.test_pages import filled, manage_token

ROOT = Path(__file__).resolve().parents[2]
KEYWORDS = {**DEFAULT_KEYWORDS, "_l": None, "lazy_gettext": None}
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|\{\w+\}")

Texts = tuple[str, ...]


def texts(value: str | list[str] | Texts | None) -> Texts:
    return (value,) if isinstance(value, str) else tuple(value or ())


@cache
def of_the_source() -> dict[Texts, str]:
    """Message ids and the file of the first place."""
    with (TRANSLATIONS / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    found = extract_from_dir(ROOT, methods, options, keywords=KEYWORDS)
    return {texts(each[2]): each[0] for each in found}


@cache
def english() -> Catalog:
    with (TRANSLATIONS / "en" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale="en")


def messages() -> Iterator[Message]:
    return (message for message in english() if message.id)


def test_every_text_has_an_english_one() -> None:
    done = {
        texts(message.id)
        for message in messages()
        if all(texts(message.string)) and not message.fuzzy
    }
    assert {key: place for key, place in of_the_source().items() if key not in done} == {}


def test_no_english_text_is_left_over() -> None:
    assert [message.id for message in messages() if texts(message.id) not in of_the_source()] == []
    assert [*english().obsolete] == []


def test_english_texts_keep_the_placeholders() -> None:
    different = []
    for message in messages():
        ids, strings = texts(message.id), texts(message.string)
        wanted = set(PLACEHOLDER.findall(" ".join(ids)))
        if len(ids) != len(strings) or any(
            set(PLACEHOLDER.findall(string)) != wanted for string in strings
        ):
            different.append(message.id)
    assert different == []


def test_the_head_names_no_person_host_or_present_day() -> None:
    head = dict(english().mime_headers)
    assert head["POT-Creation-Date"] == head["PO-Revision-Date"] == "2026-01-01 00:00+0000"
    assert "@" not in head["Last-Translator"] + head["Report-Msgid-Bugs-To"]


# --- what English readers see -------------------------------------------------------------------

GERMAN = re.compile(
    r"\b(Uhr|und|oder|Sie|Ihre?n?|wir|der|die|das|ist|bis|vor Ort|zur|mit|Anmeldung|Termine?"
    r"|Plätze?|Veranstaltung(en)?|Hilfe|Fehler|Einlass|Datenschutz|Impressum|Mittwoch|Dezember)\b"
    r"|[äöüß]",
    re.IGNORECASE,
)


def german_in(text: str) -> list[str]:
    return [match[0] for match in GERMAN.finditer(text)]


def words_of(html: str) -> str:
    """All that is read or read out, without what is said to be German."""
    page: Any = JustHTML(html, sanitize=False)
    for hidden in page.query("script, style, [lang=de]:not(html)"):
        hidden.parent.remove_child(hidden)
    said = [
        value
        for each in page.query("*")
        for name, value in each.attrs.items()
        if value and (name in _SPOKEN or name.startswith("data-"))
    ]
    return " ".join([page.to_text(), *said])


_SPOKEN = ("aria-label", "alt", "title", "placeholder", "content")


def plan_in_english() -> str:
    """An event whose own texts are English; its slug."""
    with transaction() as session:
        network = make_network(session, "net", name="Net", **RESPONSIBLE)
        event = make_event(
            session,
            "summer-school",
            network=network,
            title="Summer School",
            has_online=True,
            fields=FIELDS,
            venue_name="Town Hall",
            venue_street="Main Street 1",
            venue_postal_code="12345",
            venue_city="Newtown",
            summary="What it is about.",
            description="What it is about, at length.",
        )
        make_item(session, event, "a", title="Singing", choice_group="workshop", capacity=5)
        return event.slug


RESPONSIBLE = {
    "sender_name": "Net",
    "controller_name": "Net",
    "controller_address": "Main Street 1",
    "controller_email": "net@example.org",
    "controller_imprint": "",
}
FIELDS = ["salutation", "title", "organisation", "role", "assistance", "door_note", "diet"]


def fresh(call: Callable[..., TestResponse], address: str, language: str, **kwargs: Any) -> str:
    """The answer outside the test's own app context, whose `g` would keep the first language."""
    headers = {"Accept-Language": language}
    return Context().run(call, address, headers=headers, follow_redirects=True, **kwargs).text


PUBLIC = ("/", "/calendar", "/help", "/privacy", "/accessibility", "/registrations")


def test_public_pages_in_english(client: FlaskClient) -> None:
    slug = plan_in_english()
    for address in (*PUBLIC, f"/events/{slug}", f"/events/{slug}/register", "/nowhere"):
        assert german_in(words_of(fresh(client.get, address, "de")))  # no cache may keep it
        page = fresh(client.get, address, "en-GB,en;q=0.9")
        assert '<html lang="en"' in page
        assert german_in(words_of(page)) == [], address


def test_the_scanner_in_english(app: Flask) -> None:
    client = FlaskClient(app, app.response_class)
    html = fresh(client.get, "/checkin/", "en").replace("template", "div")  # verdicts count too
    assert "Already here" in words_of(html)
    assert german_in(words_of(html)) == []


def test_a_sign_up_with_an_error_and_its_mail_in_english(client: FlaskClient) -> None:
    slug = plan_in_english()
    address = f"/events/{slug}/register"
    values = filled(client, slug, attendance="in_person", choice_workshop="a")
    wrong = {**values, "first_name": "", "email": "erika"}
    refused = fresh(client.post, address, "en", data=wrong)
    assert "<title>Error: " in refused
    receipt = fresh(client.post, address, "en", data=values)
    holder = fresh(client.get, f"/registrations/{manage_token()}", "en")
    assert "You are registered" in receipt
    assert "You are registered" in holder
    assert [german_in(words_of(page)) for page in (refused, receipt, holder)] == [[], [], []]


def test_the_mail_of_an_english_sign_up_is_english(client: FlaskClient) -> None:
    slug = plan_in_english()
    values = filled(client, slug, attendance="in_person", choice_workshop="a")
    fresh(client.post, f"/events/{slug}/register", "en", data=values)
    message = mail_of("registration-confirmed", rows()[0].id)
    assert message is not None
    assert message["Content-Language"] == "en"
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert html is not None
    seen = [message["Subject"], plain.get_content(), words_of(html.get_content())]
    assert [german_in(text) for text in seen] == [[], [], []]


SHOWN_OTHERWISE = {"refused", "too-late-to-undo"}  # the base; a page that says it itself


@pytest.mark.usefixtures("app")
def test_every_refusal_has_its_sentence() -> None:
    def below(kind: type[Refused]) -> Iterator[type[Refused]]:
        yield kind
        for each in kind.__subclasses__():
            yield from below(each)

    codes = {each.code for each in below(Refused) if each.__module__.startswith("eventapp.")}
    assert codes - SHOWN_OTHERWISE <= set(SENTENCES)
