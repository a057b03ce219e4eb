"""Two levels of link: what the receipt opens to whoever typed an address, and what the link in the
mail opens to whom the address belongs. Everything there is to open is opened."""

import re
from collections.abc import Collection
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from eventapp import clock, sitecache
from eventapp.db import transaction
from eventapp.events.models import Event
from eventapp.forms import new_form_token
from eventapp.tokens import keyring, shown_short_code
from tests.factories import make_event, make_network, make_question, make_series
from tests.registration.crawler import Found, crawl
from tests.registration.posted import Posted, post
from tests.registration.test_actions import rows

DAN = {"first_name": "Danilo", "last_name": "Verborgen", "email": "dan@example.org"}
# Looks the same where the address is masked, and is nobody's.
DON = {**DAN, "email": "don@example.org"}
STRANGER = {"first_name": "Mallory", "last_name": "Fremd"}
OPEN, SECOND, NEXT, TOLD, LINE = "offen", "zweites", "termin-1", "vertraulich", "schlange"
HIDDEN = {TOLD: "Gespräch im Blauen Haus", LINE: "Runde der Betroffenen"}
ANSWERS = {
    "question_lage": "Ich brauche einen Vorschuss",
    "assistance": "Bitte ohne Treppen",
    "door_note": "Klingelt zweimal",
    "organisation": "Verein Stille Post",
}
_VARIES = re.compile(
    """name="form_token" value="[^"]*"| ?'nonce-[\\w-]+'|nonce="[\\w-]+"|/receipts/[\\w-]+"""
    "|(?m:^(?:Date|ETag|Last-Modified|Content-Length):.*$)"
)


@pytest.fixture
def dan(client: FlaskClient) -> list[Any]:
    """His registrations: at an open event, in a series, where he told what is sensitive, and on a
    waiting list. The last two were taken from the programme: nothing public names them."""
    with transaction() as session:
        network = make_network(session)
        series = make_series(session, network)
        free: dict[str, Any] = {"network": network, "capacity_in_person": None}
        make_event(session, OPEN, **free)
        make_event(session, SECOND, **free)
        for slug in (NEXT, "termin-2", "termin-3"):
            make_event(session, slug, series_id=series.id, **free)
        told = make_event(
            session,
            TOLD,
            title=HIDDEN[TOLD],
            fields=["organisation", "assistance", "door_note"],
            **free,
        )
        make_question(session, told, "lage", sensitive=True)
        make_event(session, LINE, title=HIDDEN[LINE], network=network, capacity_in_person=0)
    for slug in (OPEN, NEXT, LINE):
        sign_up(client, slug, DAN)
    sign_up(client, TOLD, {**DAN, **ANSWERS})
    with transaction() as session:
        session.execute(update(Event).where(Event.slug.in_(HIDDEN)).values(status="draft"))
        sitecache.bump(session, clock.now())
    post()
    return rows()


def sign_up(client: FlaskClient, slug: str, person: dict[str, str], **more: Any) -> str:
    """The address of the receipt."""
    data = {"form_token": new_form_token(clock.now()), "website": "", **person, **more}
    page = "/series/reihe/register" if "events" in more else f"/events/{slug}/register"
    answer = client.post(page, data=data)
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def keys_of(registrations: Collection[Any]) -> set[str]:
    """Every code and token."""
    opened = [keyring().open(row.secrets_sealed) for row in registrations]
    keys = {token for each in opened for token in each.values()}
    return keys | {shown_short_code(each["short_code"]) for each in opened}


def holding(found: dict[str, Found], words: Collection[str]) -> list[tuple[str, str]]:
    """(address, word) of each that stands somewhere, in any case."""
    lowered = {url: f"{url}\n{each.text}".casefold() for url, each in found.items()}
    return [
        (url, word) for url, text in lowered.items() for word in words if word.casefold() in text
    ]


def opened(client: FlaskClient, starts: Collection[str], within: str = "/") -> dict[str, Found]:
    """All that can be reached; other tests check how these pages are made."""
    client.is_checking = False  # type: ignore[attr-defined]
    return crawl(client, *starts, follows=lambda url: url.startswith(within))


SIGN_UPS = {
    "same name": (SECOND, DAN, {}),
    "other name": (SECOND, {**DAN, **STRANGER}, {}),
    "same event": (OPEN, DAN, {}),
    "same event, other name": (OPEN, {**DAN, **STRANGER}, {}),
    "series": (NEXT, DAN, {"events": [NEXT, "termin-2"]}),
    "series, other name": (NEXT, {**DAN, **STRANGER}, {"events": ["termin-2", "termin-3"]}),
}


def sign_up_as(client: FlaskClient, ways: Collection[str], **instead: str) -> list[str]:
    """The addresses of the receipts."""
    return [
        sign_up(client, slug, {**person, **instead}, **more)
        for slug, person, more in map(SIGN_UPS.__getitem__, ways)
    ]


@pytest.mark.usefixtures("dan")
def test_from_the_receipt_nothing_about_dan_can_be_reached(client: FlaskClient) -> None:
    receipts = sign_up_as(client, SIGN_UPS)
    found = opened(client, receipts)
    assert {*receipts, f"/events/{OPEN}", "/registrations", "/calendar"} <= found.keys()
    about_him = {DAN["email"], DAN["first_name"], DAN["last_name"], *ANSWERS.values()}
    secret = {*about_him, *HIDDEN.values(), *HIDDEN, *keys_of(rows())}
    assert holding(found, secret) == []
    personal = ("/registrations/", "/join/", "/calendar/my/", "/addresses/", "/unsubscribe/")
    assert [url for url in found if url.startswith(personal)] == []
    assert {each.mimetype for each in found.values()} <= {
        "text/html",
        "text/calendar",
        "text/plain",
        "image/png",
        "",
    }
    assert [each.url for each in found.values() if each.status >= 500] == []


@pytest.mark.usefixtures("dan")
def test_the_token_of_a_receipt_is_none_of_a_registration(client: FlaskClient) -> None:
    receipt = sign_up(client, SECOND, DAN).removeprefix("/receipts/")
    for end in ("", "/dates", "/change", "/another", "/data.zip", "/event.ics", "/ticket.pdf"):
        assert client.get(f"/registrations/{receipt}{end}").status_code == 404


@pytest.mark.usefixtures("dan")
def test_an_address_that_nobody_has_opens_the_same(client: FlaskClient) -> None:
    """Whoever is registered already learns that at this event there is one more mail, as decided:
    these two are left out."""
    ways = SIGN_UPS.keys() - {"same event", "series"}
    worlds = []
    for email in (DAN["email"], DON["email"]):
        found = opened(client, sign_up_as(client, ways, email=email))
        texts = sorted(_VARIES.sub("", f"{url}\n{each.text}") for url, each in found.items())
        worlds.append(texts)
    for mine, nobodys in zip(*worlds, strict=True):
        assert mine == nobodys


@pytest.mark.parametrize("way", ["other name", "same event", "series"])
def test_from_the_link_in_the_mail_all_of_it_is_reached(
    client: FlaskClient, dan: list[Any], way: str
) -> None:
    slug, person, more = SIGN_UPS[way]
    sign_up(client, slug, person, **more)
    [mail] = post()
    assert mail.recipient == DAN["email"]
    found = opened(client, [personal_page(mail)], "/registrations/")
    pages = {f"/registrations/{keyring().open(row.secrets_sealed)['manage']}" for row in rows()}
    wanted = [page + end for page in pages for end in ("", "/dates", "/data.zip")]
    assert [url for url in wanted if url not in found or found[url].status != 200] == []
    told = {*HIDDEN.values(), *ANSWERS.values()}
    missing = told - {word for _url, word in holding(found, told)}
    assert missing == set()
    codes = {shown_short_code(keyring().open(row.secrets_sealed)["short_code"]) for row in dan[:2]}
    assert codes <= {word for _url, word in holding(found, codes)}
    prefilled = [url for url in found if url.endswith("/another")]
    assert any(f'value="{DAN["email"]}"' in found[url].text for url in prefilled)


def personal_page(mail: Posted) -> str:
    found = re.search(r"https://events\.example(/registrations/[\w-]+)", mail.text)
    assert found, mail.text
    return found[1]
