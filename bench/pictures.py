"""`python -m bench.pictures`: the scanner in each verdict on a small phone, light and dark, for
docs/scanner.md. Every picture is of a real scan with a real answer."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from PIL import Image
from playwright.sync_api import Page, ViewportSize

from bench.door import chromium, pair, site
from config import CHECKOUT
from eventapp import clock
from eventapp.checkin import actions
from eventapp.checkin.rules import PRACTICE_TICKET
from eventapp.db import transaction
from eventapp.events.models import Event, ProgrammeItem
from eventapp.tokens import new_ticket
from tests.browser.camera import write_film
from tests.browser.test_reader import NATIVE
from tests.checkin.door import Door, device_of, hold_place
from tests.factories import make_item

OUT = CHECKOUT / "docs" / "pictures" / "scanner"
PHONE: ViewportSize = {"width": 360, "height": 780}
STATUS = "**/status*"
ROSTER = "**/roster"  # the list, not the script of that name


def main() -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as name, site() as address:
        film = write_film(Path(name) / "camera.mjpeg", [("", 1)])
        with chromium(film) as browser:
            for number, scheme in enumerate(SCHEMES):
                context = browser.new_context(
                    viewport=PHONE, color_scheme=scheme, locale="de-DE", permissions=["camera"]
                )
                context.add_init_script(NATIVE)
                page = context.new_page()
                for each in take(page, address, f"engagement-{number}"):
                    keep(page, f"{each}-{scheme}")
                context.close()


SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def keep(page: Page, name: str) -> None:
    page.evaluate("document.fonts.ready")
    picture = Image.open(BytesIO(page.screenshot())).convert("RGB")
    picture.save(OUT / f"{name}.webp", quality=80, method=6)
    print(OUT / f"{name}.webp")


def take(page: Page, address: str, slug: str) -> Iterator[str]:
    """Walks from verdict to verdict; the name of each as soon as it is on the screen."""
    door = Door(slug, title="Engagement, das trägt", fields=["photo_consent", "door_note"])
    chosen, other = make_items(door)
    token, out, workshop = (
        door.pair(),
        door.open("Ausgang", direction="out"),
        door.open("Workshop D", programme_item_id=other),
    )
    guest = door.guest(name="Mustermann", door_note="Kommt mit Blindenführhund.")
    yield from without_list(page, address, token, door.guest().ticket)
    yield "ready"
    for name, code in codes(door, slug).items():
        yield from scan(page, name, code)
    yield from around(page, door)
    page.evaluate("codes => { window.inView = codes; }", [new_ticket(), new_ticket()])
    page.get_by_text("Mehrere Codes").first.wait_for()
    yield "several"
    page.evaluate("window.inView = []")
    yield from without_network(page, guest.ticket)
    yield from withdrawn(page, token, guest.ticket)
    pair_by_link(page, address, out.token)
    yield from scan(page, "left", guest.ticket)
    pair_by_link(page, address, workshop.token)
    with transaction() as session:
        hold_place(session, guest, session.get_one(ProgrammeItem, chosen))
    yield from scan(page, "wrong_item", guest.ticket)


def make_items(door: Door) -> tuple[int, int]:
    """Two workshops; who chose one has no place in the other."""
    with transaction() as session:
        event = session.get_one(Event, door.event_id)
        rooms = {"Engagement auf dem Land": "Raum 2.06", "Hauptamt und Ehrenamt": "Raum 1.14"}
        one, two = (
            make_item(session, event, title=title, room=room, choice_group="eins")
            for title, room in rooms.items()
        )
        return one.id, two.id


def pair_by_link(page: Page, address: str, token: str) -> None:
    """As a helper does who was given the link of a door."""
    page.goto(f"{address}/checkin/pair/{token}")
    page.get_by_label("Wie heißen Sie").fill("Anna")
    page.get_by_role("button", name="Dieses Gerät verbinden").click()
    page.get_by_text("Liste von").wait_for()


def without_list(page: Page, address: str, token: str, code: str) -> Iterator[str]:
    """The network went before the list came."""
    page.route(ROSTER, lambda route: route.abort())
    pair(page, address, token)
    page.context.set_offline(True)
    yield from scan(page, "kept", code)
    page.unroute(ROSTER)
    page.context.set_offline(False)
    page.get_by_text("Liste von").wait_for()
    page.get_by_role("button", name="Nächste Person").click()


def without_network(page: Page, code: str) -> Iterator[str]:
    """The network is gone, the list is there; at last everything is sent."""
    page.context.set_offline(True)
    yield from scan(page, "offline", code)
    yield from scan(page, "not_listed", new_ticket())
    page.get_by_role("button", name="Einlassen", exact=True).click()
    page.get_by_text("Vorgemerkt").first.wait_for()
    yield "let_in"
    page.get_by_role("button", name="Nächste Person").click()
    page.get_by_text("ohne Netz seit").wait_for()
    yield "waiting"
    page.context.set_offline(False)
    page.get_by_text("0 warten").wait_for()


def withdrawn(page: Page, token: str, code: str) -> Iterator[str]:
    """Blocked by the office: what a scan is told that comes before the page has heard of it."""
    page.route(STATUS, lambda route: route.fulfill(json={"present": 2, "expected": 4}))
    page.route(ROSTER, lambda route: route.fulfill(status=304))
    with transaction() as session:
        actions.revoke_device(session, device_of(token).id, now=clock.now())
    yield from scan(page, "held", code)
    page.unroute(STATUS)
    page.unroute(ROSTER)


def codes(door: Door, slug: str) -> dict[str, str]:
    """A code for each verdict that needs no more than a code, in this order."""
    welcome = door.guest(
        first_name="Zoë", name="Müller-Lüdenscheidt", door_note="Kommt mit Blindenführhund."
    )
    named = {"first_name": "Max", "name": "Mustermann"}
    return {
        "admitted": welcome.ticket,
        "already_in": welcome.ticket,
        "cancelled": door.guest(**named, status="cancelled").ticket,
        "waitlisted": door.guest(**named, status="waitlisted").ticket,
        "online_only": door.guest(**named, attendance="online").ticket,
        "wrong_event": Door(f"{slug}-andere").guest().ticket,
        "unknown": new_ticket(),
        "practice": PRACTICE_TICKET,
    }


def scan(page: Page, name: str, code: str) -> Iterator[str]:
    """As a hand scanner does it."""
    page.locator("#said").evaluate("each => each.replaceChildren()")
    page.keyboard.type(code)
    page.keyboard.press("Enter")
    page.locator(".verdict__word").wait_for()
    page.wait_for_timeout(400)
    yield name


def around(page: Page, door: Door) -> Iterator[str]:
    """What is not a verdict on a code: taking back, the last five, names, settings."""
    next(scan(page, "", door.guest(name="Beispiel").ticket))
    page.get_by_role("button", name="Einlass zurücknehmen").click()
    page.get_by_text("Zurückgenommen").first.wait_for()
    yield "undone"
    page.get_by_role("button", name="Nächste Person").click()
    page.get_by_role("button", name="Verlauf").click()
    yield "recent"
    page.get_by_role("button", name="Namen suchen").click()
    page.get_by_label("Name oder Organisation").fill("muster")
    page.keyboard.press("Enter")
    page.locator("#names-found li").first.wait_for()
    yield "names"
    page.get_by_role("button", name="Einstellungen").click()
    yield "settings"
    page.get_by_role("button", name="Einstellungen").click()


if __name__ == "__main__":
    main()
