"""Letters, the telephone list and the report of a round: what stands in them, and inertness."""

import csv
import io
from datetime import date
from typing import Any

import pytest
import zxingcpp
from flask import Flask
from PIL import Image
from sqlalchemy import select

from eventapp import pdf
from eventapp.clock import now
from eventapp.db import reading, transaction
from eventapp.invitations import actions, listing
from eventapp.invitations.queries import count_round
from eventapp.inviting import letters
from eventapp.inviting.letters import Stationery
from eventapp.inviting.queries import list_addressees
from eventapp.networks.models import Network, Organisation, Role, Scope
from eventapp.networks.queries import get_tree
from eventapp.networks.rules import Granted
from eventapp.organisations import importing
from eventapp.organisations.plan import digest
from eventapp.organisations.queries import reach_of
from eventapp.registration.actions import Person
from tests.accounts.factors import id_of
from tests.factories import make_contact, make_organisation
from tests.invitations.test_audience import Network as House
from tests.invitations.test_audience import come, entries, request
from tests.invitations.test_round import ROUND, invite, invitees, many, of
from tests.pdfs import objects, text_of
from tests.planning.office import event_of, send
from tests.visitors import Visitor, colleague

HOSTILE = '=HYPERLINK("https://x") <img onerror=a> {{7*7}} #strong[x] $x$'


def with_address(house: House) -> None:
    """One organisation with all that a letter needs, and an evil name."""
    with transaction() as session:
        network = session.get_one(Network, house.network_id)
        member = make_organisation(
            session,
            "boese",
            name=HOSTILE,
            networks=[network],
            street="Musterweg 1",
            postal_code="01067",
            city="Dresden",
            delegate_quota=2,
        )
        greeting = "Sehr geehrte Frau Dr. Berg,"
        make_contact(session, member, "Dr. Petra Berg", salutation=greeting, phone="+49 351 1")
        actions.invite(session, event_of("treffen"), [member.id], now=now())


def fetched(browser: Visitor, kind: str, **values: str) -> bytes:
    answer = send(browser, f"{ROUND}/letters", who="all", kind=kind, **values)
    assert answer.status_code == 200, answer.text
    return bytes(answer.data)


def table(content: bytes) -> list[dict[str, str]]:
    text = content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))


def test_the_mail_merge(app: Flask) -> None:
    house = House(app, audience="invited")
    with_address(house)
    [row] = table(fetched(house.ada(), "csv"))
    assert row["Name"] == f"'{HOSTILE}"
    assert [row[f"Zeile {n}"] for n in range(1, 7)] == [
        f"'{HOSTILE}",
        "Dr. Petra Berg",
        "Musterweg 1",
        "01067 Dresden",
        "",
        "",
    ]
    [one] = invitees()
    assert (row["Briefanrede"], row["Plätze"]) == ("Sehr geehrte Frau Dr. Berg,", "2")
    assert row["Kurzlink"] == f"https://events.example/i/{row['Code']}"
    assert row["Code"].replace("-", "") == one.code
    assert one.touched.printed_at is None
    assert entries("invitations.letters")[0].after == {"rows": 1, "format": "csv"}


def test_the_letter(app: Flask) -> None:
    house = House(app, audience="invited")
    with_address(house)
    ada = house.ada()
    send(ada, f"{ROUND}/text", text="wir feiern.\n\nAb [zehn](https://x) #uhr", answer_by="")
    file = fetched(ada, "pdf", is_sent="y")
    [page] = text_of(file)
    for words in ("Dr. Petra Berg", "01067 Dresden", "wir feiern.", "#uhr", "#strong[x]"):
        assert words in page.replace("\u200b", ""), page
    assert "2 Plätze vorgesehen" in page.replace("\n", " ")
    assert invitees()[0].code[:4] in page
    heads = " ".join(head for head, _stream in objects(file).values())
    assert "/StructTreeRoot" in heads
    assert "/Alt" in heads
    assert invitees()[0].touched.printed_at is not None
    assert "Brief am" in ada.get(ROUND).text


def test_150_codes_decode_and_differ(app: Flask) -> None:
    """From the pages as they are printed, far coarser than any printer."""
    House(app, audience="invited")
    many(150)
    with reading() as connection:
        members = select(Organisation.id).where(Organisation.type == "Verein")
        ids = connection.execute(members).scalars().all()
    invite(*ids)
    stationery, chosen = _stationery()
    assert len(chosen) == 150
    assert letters.sheet(stationery, chosen).count(b"/Type/Page/") == 150
    made: Any = pdf.pages("letters", letters.sheet_data(stationery, chosen))
    pictures = made.compile(format="png", ppi=100)
    found = [codes_on(each) for each in pictures]
    assert found == [[f"HTTPS://EVENTS.EXAMPLE/I/{each.code}"] for each in chosen]
    assert len({codes[0] for codes in found}) == 150


def codes_on(picture: bytes) -> list[str]:
    image = Image.open(io.BytesIO(picture)).convert("L")
    read = zxingcpp.read_barcodes(image, try_rotate=False, try_downscale=False)
    return [code.text for code in read]


def _stationery() -> tuple[Stationery, list[listing.Invitee]]:
    event, chosen = event_of("treffen"), [each for each in invitees() if each.type == "Verein"]
    with reading() as connection:
        members = [each.invited.organisation_id for each in chosen]
        found = list_addressees(connection, [each for each in members if each])
    return (
        Stationery(event, listing.Letter(), "https://events.example", found, date(2030, 9, 11)),
        chosen,
    )


def test_to_whom_letters_go(app: Flask) -> None:
    house = House(app, audience="invited")
    ada = house.ada()
    assert send(ada, f"{ROUND}/letters", who="all", kind="pdf").status_code == 422
    invite(house.chor, house.still)
    send(ada, f"{ROUND}/send")  # the choir alone has an address
    unsent = send(ada, f"{ROUND}/letters", who="unsent", kind="csv")
    assert [row["Name"] for row in table(unsent.data)] == ["Stille"]
    assert send(ada, f"{ROUND}/letters", who="jemand", kind="pdf").status_code == 422
    assert (
        "2 Organisationen haben keine vollständige Anschrift." in ada.get(f"{ROUND}/letters").text
    )


def test_the_telephone_list(app: Flask) -> None:
    house = House(app, audience="invited")
    with_address(house)
    invite(house.chor)
    come(request("Erika", code=of("Zum Chor").code))
    ada = house.ada()
    page = ada.get(f"{ROUND}/calls").text
    assert "+49 351 1" in page
    assert "Zum Chor" not in page  # has somebody registered
    assert "<img onerror" not in page
    number = invitees()[0].id
    form = {"answer": "", "note": "ruft zurück", "from": "calls"}
    called = send(ada, f"{ROUND}/{number}/call", **form)
    assert called.location == f"{ROUND}/calls?done=called"
    [row] = table(ada.get(f"{ROUND}/calls.csv").data)
    assert (row["Telefon"], row["Ansprechperson"], row["Notiz"]) == (
        "'+49 351 1",
        "Dr. Petra Berg",
        "ruft zurück",
    )
    assert "Telefon am" in row["Zuletzt"]
    assert "ruft zurück" in text_of(ada.get(f"{ROUND}/calls.pdf").data)[0]
    send(ada, f"{ROUND}/{number}/call", answer="not_coming", note="")
    assert "Alle haben geantwortet." in ada.get(f"{ROUND}/calls").text


def test_the_report(app: Flask) -> None:
    house = House(app, audience="invited")
    with_address(house)
    invite(house.chor, house.garten, house.still)
    come(request("Erika", code=of("Zum Chor").code))
    ada = house.ada()
    send(ada, f"{ROUND}/{of('Stille').id}/call", answer="not_coming", note="")
    page = ada.get(f"{ROUND}/report").text
    assert "davon 1 Absagen" in page
    assert "mit 1 Person" in page
    missing = page.split('id="missing"')[1]
    assert "Übergarten" in missing
    assert "Stille" not in missing
    rows = {row["Eingeladen"]: row for row in table(ada.get(f"{ROUND}/report.csv").data)}
    assert (rows["Zum Chor"]["Antwort"], rows["Zum Chor"]["Vertreten"]) == ("Kommt", "ja")
    assert rows["Stille"]["Antwort"] == "Kommt nicht"
    assert f"'{HOSTILE}" in rows


@pytest.mark.parametrize("file", ["calls.csv", "calls.pdf", "report.csv"])
def test_files_are_noted_and_kept_from_others(app: Flask, file: str) -> None:
    house = House(app)
    invite(house.chor)
    answer = house.ada().get(f"{ROUND}/{file}")
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
    assert len(entries("invitations.letters")) == 1


def test_figures_lead_from_invited_to_registered(app: Flask) -> None:
    house = House(app, audience="invited")
    invite(house.chor, house.garten, house.still)
    with transaction() as session:
        event = event_of("treffen")
        guest = Person("Zoë", "Müller", "zoe@example.org")
        actions.invite_person(session, event, guest, now=now())
    come(request("Erika", code=of("Zum Chor").code))
    ada = house.ada()
    send(ada, f"{ROUND}/{of('Stille').id}/call", answer="not_coming", note="")
    with reading() as connection:
        counted = count_round(connection, event_of("treffen").id)
    numbers = {"invited": 3, "answered": 2, "represented": 1, "guests_invited": 1, "guests": 0}
    assert counted == numbers
    figures = "/organise/events/treffen/figures"
    assert "Gäste mit Namen: 1 eingeladen, 0 angemeldet." in ada.get(figures).text
    door = colleague(app, "ben", (Role.DOOR, Scope.NETWORK, house.network_id))
    assert "Gäste mit Namen: unter fünf eingeladen" in door.get(figures).text


def taken_over(lines: list[list[str]], network_id: int) -> None:
    """As Ada does on the register's pages."""
    moment = now()
    with transaction() as session:
        connection = session.connection()
        reach = reach_of([Granted(Role.OWNER, Scope.INSTALLATION, 0)], get_tree(connection))
        by = id_of(session, "ada@example.org")
        made = importing.keep(session, by, network_id, "liste.xlsx", lines, now=moment)
        upload = importing.get_upload(connection, reach, made, by, moment)
        seen = digest(importing.plan_of(connection, reach, upload))
        importing.apply(session, reach, upload, seen=seen, decisions={}, now=moment)


def test_a_list_of_contacts_is_read_in_and_invited(app: Flask) -> None:
    """The register's own import, with its doubts; then only those of the list."""
    house = House(app, audience="invited")
    ada = house.ada()
    for_office = send(ada, f"{ROUND}/new", list="1", all="1")
    assert for_office.status_code == 422  # no list yet: nobody, not everybody
    lines = [["Organisation", "E-Mail"], ["Zum Chor", ""], ["Neuer Verein", "neu@example.org"]]
    taken_over(lines, house.network_id)
    assert "liste.xlsx" in ada.get(f"{ROUND}/new").text
    assert "Alle 2 einladen" in ada.get(f"{ROUND}/new?list=1").text
    assert send(ada, f"{ROUND}/new", list="1", all="1").location.endswith("done=made")
    assert [each.invited.name for each in invitees()] == ["Neuer Verein", "Zum Chor"]
    other = colleague(app, "eva", (Role.ORGANISER, Scope.NETWORK, house.network_id))
    assert "liste.xlsx" not in other.get(f"{ROUND}/new").text
