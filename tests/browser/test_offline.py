"""The scanner without its server: real processes that are killed, a real browser that is closed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, Route, expect, sync_playwright
from sqlalchemy import select

from eventapp import clock
from eventapp.checkin import actions
from eventapp.checkin.models import Device, Scan
from eventapp.checkin.rules import Finding
from eventapp.db import reading, transaction
from eventapp.events.models import Event
from eventapp.sitecache import bump
from eventapp.tokens import new_ticket, shown_short_code
from tests import servers
from tests.browser.test_scanner import CHROMIUM, PHONE, expect_word, type_code, wait_until
from tests.checkin.door import Door, device_of, hold_place, make_guest
from tests.factories import make_item
from tests.servers import Site


@pytest.fixture
def door(app: Flask) -> Door:  # noqa: ARG001  the app is the database
    return Door("engagement")


@pytest.fixture
def server(database_url: str, tmp_path: Path) -> Iterator[Site]:
    """The app as in production, on the same database."""
    with servers.web(servers.production(database_url, tmp_path), tmp_path) as site:
        yield site


@pytest.fixture
def phone(tmp_path: Path) -> Callable[[], object]:
    """A browser that keeps what it knows when it is closed and opened again."""

    @contextmanager
    def opened() -> Iterator[Page]:
        with sync_playwright() as playwright:
            context: BrowserContext = playwright.chromium.launch_persistent_context(
                str(tmp_path / "phone"),
                executable_path=CHROMIUM,
                args=["--no-sandbox"],
                viewport=PHONE,
                locale="de-DE",
            )
            yield context.pages[0]
            context.close()

    return opened


def pair(page: Page, server: Site, token: str) -> None:
    page.goto(f"{server.url}/checkin/pair/{token}")
    page.get_by_role("button", name="Dieses Gerät verbinden").click()
    expect(page.locator("#listed")).to_contain_text("Liste von")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")


def test_scans_survive_the_server_and_the_browser(server: Site, phone, door: Door) -> None:  # type: ignore[no-untyped-def]
    first, second, third = (door.guest(name=name) for name in ("Eins", "Zwei", "Drei"))
    cancelled = door.guest(status="cancelled")
    with phone() as page:
        pair(page, server, door.pair())
        type_code(page, first.ticket)
        expect_word(page, "Willkommen")
        expect(page.locator("#waiting")).to_have_text("0 noch zu übertragen")
        server.kill()
        type_code(page, second.ticket)
        expect_word(page, "Willkommen")
        expect(page.locator(".person__name")).to_have_text("Erika Zwei")
        expect(page.locator("#present")).to_have_text("mindestens 2 da")
        expect(page.locator("#waiting")).to_have_text("1 noch zu übertragen")
    with phone() as page:
        page.goto(f"{server.url}/checkin/")
        expect(page.locator("#net")).to_contain_text("ohne Netz seit")
        expect(page.locator("#waiting")).to_have_text("1 noch zu übertragen")
        expect(page.locator("#present")).to_have_text("mindestens 2 da")
        type_code(page, second.ticket)
        expect_word(page, "Schon da")
        type_code(page, shown_short_code(third.short))
        expect_word(page, "Willkommen")
        type_code(page, cancelled.ticket)
        expect_word(page, "Abgesagt")
        type_code(page, "https://example.org/speisekarte")
        expect_word(page, "Nicht gefunden")
        expect(page.locator("#present")).to_have_text("mindestens 3 da")
        server.start()
        expect(page.locator("#net")).to_have_text("online")
        expect(page.locator("#waiting")).to_have_text("0 noch zu übertragen")
        expect(page.locator("#present")).to_have_text("3 von 3 da")


def test_whoever_is_not_in_the_list_is_the_helpers_choice(server: Site, phone, door: Door) -> None:  # type: ignore[no-untyped-def]
    door.guest()
    with phone() as page:
        pair(page, server, door.pair())
        server.kill()
        late, away = door.guest(name="Spät"), door.guest(name="Weg")
        for ticket in (late.ticket, new_ticket()):
            type_code(page, ticket)
            expect_word(page, "Nicht in der Liste")
            page.get_by_role("button", name="Einlassen", exact=True).click()
            expect_word(page, "Vorgemerkt")
        type_code(page, away.ticket)
        expect_word(page, "Nicht in der Liste")
        page.get_by_role("button", name="Nächste Person").click()
        expect(page.locator("#waiting")).to_have_text("3 noch zu übertragen")
        server.start()
        expect(page.locator("#present")).to_have_text("1 von 3 da")


def test_signs_and_workshops_are_told_without_a_network(server: Site, phone, door: Door) -> None:  # type: ignore[no-untyped-def]
    """Also where names are not for the door, and after a restart."""
    with transaction() as session:
        event = session.get_one(Event, door.event_id)
        event.names_at_door, event.fields = False, ["photo_consent"]
        item = make_item(session, event, "a", choice_group="eins", title="Chor", room="Saal 2")
        shy = make_guest(session, event.id)
        hold_place(session, shy, item)
        seen = make_guest(session, event.id, photo_consent=["report"])
        bump(session, clock.now())
    with phone() as page:
        pair(page, server, door.pair())
        server.kill()
    with phone() as page:
        page.goto(f"{server.url}/checkin/")
        expect(page.locator("#net")).to_contain_text("ohne Netz seit")
        type_code(page, shy.ticket)
        expect_word(page, "Willkommen")
        expect(page.locator(".person__facts")).to_contain_text("Saal 2")
        expect(page.get_by_text("nicht fotografieren")).to_be_visible()
        type_code(page, seen.ticket)
        expect_word(page, "Willkommen")
        expect(page.get_by_text("nicht fotografieren")).to_be_hidden()


def test_a_withdrawn_device_forgets_the_list(server: Site, phone, door: Door) -> None:  # type: ignore[no-untyped-def]
    guest, token = door.guest(name="Geheim"), door.pair()
    with phone() as page:
        pair(page, server, token)
        assert "Geheim" not in kept(page)
        assert "sealed" in kept(page)
        server.kill()
        type_code(page, guest.ticket)
        expect_word(page, "Willkommen")
        with transaction() as session:
            actions.revoke_device(session, device_of(token).id, now=clock.now())
        server.start()
        expect(page.locator("#listed")).to_have_text("keine Liste")
        expect_word(page, "Zurückgestellt")
        page.get_by_role("button", name="Nächste Person").click()
        expect(page.get_by_text("nicht mehr freigegeben")).to_be_visible()
        expect(page.get_by_text("Alles ist übertragen")).to_be_visible()
        expect(page.locator("#scan")).to_be_hidden()
        assert kept(page) == kept(page, "waiting") == "[]"
        assert page.evaluate("localStorage.getItem('eventapp.door')") is None
        assert page.evaluate("localStorage.getItem('eventapp.earlier')") is None
    assert findings(door) == [Finding.HELD]


def test_a_list_that_comes_after_the_end_is_not_kept(server: Site, phone, door: Door) -> None:  # type: ignore[no-untyped-def]
    door.guest(name="Geheim")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    with phone() as page:
        page.route("**/roster", hold)
        page.goto(f"{server.url}/checkin/pair/{door.pair()}")
        page.get_by_role("button", name="Dieses Gerät verbinden").click()
        wait_until(page, lambda: held)
        page.get_by_role("button", name="Einstellungen").click()
        page.get_by_role("button", name="Eingang wechseln").click()
        expect(page.get_by_role("link", name="Anmelden")).to_be_visible()
        [late] = held
        with page.expect_response("**/roster"):
            late.continue_()
        page.wait_for_timeout(500)  # in which it would be kept
        assert kept(page) == "[]"


A_DAY_AFTER = """
const real = Date;
const ahead = 3 * 86_400_000;
Date = class extends real {
  constructor(...given) { given.length ? super(...given) : super(real.now() + ahead); }
  static now() { return real.now() + ahead; }
};
"""


def test_a_day_after_the_event_the_list_goes_without_a_network(  # type: ignore[no-untyped-def]
    server: Site, phone, door: Door
) -> None:
    """Its own clock says so; what the server does not have stays until it has it."""
    guest, token = door.guest(name="Geheim"), door.pair()
    with phone() as page:
        pair(page, server, token)
        server.kill()
        type_code(page, guest.ticket)
        expect_word(page, "Willkommen")
    with phone() as page:
        page.add_init_script(A_DAY_AFTER)
        page.goto(f"{server.url}/checkin/")
        expect(page.get_by_text("1 Einlass wartet noch auf Übertragung")).to_be_visible()
        assert kept(page) == kept(page, "passages") == "[]"
        assert page.evaluate("localStorage.getItem('eventapp.door')") is None
        door.move(-2)
        server.start()
        expect(page.get_by_text("Alles ist übertragen")).to_be_visible()
        assert kept(page, "waiting") == "[]"
        assert page.evaluate("localStorage.getItem('eventapp.earlier')") is None
        page.reload()
        expect(page.locator("#start")).to_be_visible()
        expect(page.locator("#over")).to_be_hidden()
    assert findings(door) == [Finding.HELD]


def test_a_pairing_holds_as_long_as_its_event_says_now(server: Site, phone, door: Door) -> None:  # type: ignore[no-untyped-def]
    until = "JSON.parse(localStorage.getItem('eventapp.door')).until"
    with phone() as page:
        pair(page, server, door.pair())
        before = page.evaluate(until)
        door.move(7)
        page.evaluate(A_MINUTE_LATER)
        while page.evaluate(until) <= before:  # its policy forbids a wait that evaluates text
            page.wait_for_timeout(100)
        door.move(-9)
        expect(page.get_by_text("nicht mehr freigegeben")).to_be_visible()


def test_an_open_page_ends_when_its_time_is_over(server: Site, phone, door: Door) -> None:  # type: ignore[no-untyped-def]
    door.guest(name="Geheim")
    with phone() as page:
        pair(page, server, door.pair())
        server.kill()
        page.evaluate(f"() => {{ {A_DAY_AFTER} }}")
        expect(page.get_by_text("nicht mehr freigegeben")).to_be_visible()
        assert kept(page) == "[]"


def test_what_the_server_does_not_take_is_told_and_goes_with_a_new_pairing(  # type: ignore[no-untyped-def]
    server: Site, phone, door: Door
) -> None:
    guest, token = door.guest(), door.pair()
    with phone() as page:
        pair(page, server, token)
        server.kill()
        type_code(page, guest.ticket)
        expect_word(page, "Willkommen")
        with transaction() as session:
            session.delete(session.get_one(Device, device_of(token).id))
        server.start()
        expect_word(page, "Nicht verbunden")
        page.get_by_role("button", name="Nächste Person").click()
        expect(page.get_by_text("1 Einlass nimmt der Server nicht mehr an.")).to_be_visible()
        assert kept(page, "waiting") != "[]"
        pair(page, server, door.pair("Eingang Süd"))
        expect(page.locator("#present")).to_have_text("1 von 1 da")
        expect(page.locator("#waiting")).to_have_text("0 noch zu übertragen")
    assert findings(door) == [Finding.TICKET]


def test_whoever_gives_scans_up_says_so(server: Site, phone, door: Door) -> None:  # type: ignore[no-untyped-def]
    token = door.pair()
    with phone() as page:
        pair(page, server, token)
        server.kill()
        type_code(page, new_ticket())
        with transaction() as session:
            session.delete(session.get_one(Device, device_of(token).id))
        expect_word(page, "Nicht in der Liste")
        server.start()
        expect_word(page, "Nicht verbunden")
        page.get_by_role("button", name="Nächste Person").click()
        page.get_by_role("button", name="hier endgültig löschen").click()
        expect(page.get_by_text("1 Einlass nimmt der Server")).to_be_hidden()
        assert kept(page, "waiting") == "[]"


def test_a_guest_is_found_by_name_without_a_network(server: Site, phone, door: Door) -> None:  # type: ignore[no-untyped-def]
    guest = door.guest(name="Öğün", first_name="Şükrü")
    door.guest(name="Anders")
    with phone() as page:
        pair(page, server, door.pair())
        assert guest.short not in kept(page)
        server.kill()
    with phone() as page:
        page.goto(f"{server.url}/checkin/")
        expect(page.locator("#net")).to_contain_text("ohne Netz seit")
        search(page, "ogun")
        expect(page.locator("#names-said")).to_contain_text("Ohne Netz, aus der Liste von")
        page.get_by_role("button", name="Şükrü Öğün").click()
        expect_word(page, "Willkommen")
        expect(page.locator(".person__name")).to_have_text("Şükrü Öğün")
        page.get_by_role("button", name="Nächste Person").click()
        search(page, "Quatsch")
        expect(page.locator("#names-said")).to_contain_text("steht niemand mit diesem Namen")
        server.start()
        expect(page.locator("#present")).to_have_text("1 von 2 da")
    assert findings(door) == [Finding.TICKET]


def test_names_that_are_withdrawn_leave_the_device(server: Site, phone, door: Door) -> None:  # type: ignore[no-untyped-def]
    """With the next list, without anybody searching; given back they are there again."""
    door.guest(name="Geheim")
    with phone() as page:
        pair(page, server, door.pair())
        assert "sealed" in kept(page)
        allow_names(door, False)
        page.evaluate(A_MINUTE_LATER)
        expect(page.locator("#names-said")).to_contain_text("nicht freigegeben")
        assert "sealed" not in kept(page)
        page.get_by_role("button", name="Namen suchen").click()
        expect(page.locator("#names-said")).to_be_visible()
        expect(page.locator("#names-said")).to_be_focused()
        expect(page.get_by_label("Name oder Organisation")).to_be_hidden()
        server.kill()
        page.reload()
        expect(page.locator("#names-said")).to_contain_text("nicht freigegeben")
        server.start()
        allow_names(door, True)
        page.evaluate(A_MINUTE_LATER.replace("120000", "600000"))  # later than before the reload
        search(page, "geheim")
        expect(page.get_by_role("button", name="Erika Geheim")).to_be_visible()


def test_a_search_that_is_refused_wipes_the_names_at_once(server: Site, phone, door: Door) -> None:  # type: ignore[no-untyped-def]
    door.guest(name="Geheim")
    with phone() as page:
        pair(page, server, door.pair())
        allow_names(door, False)
        search(page, "geheim")
        expect(page.locator("#names-said")).to_contain_text("nicht freigegeben")
        assert "sealed" not in kept(page)


def test_a_date_that_is_called_off_is_told_as_such(server: Site, phone, door: Door) -> None:  # type: ignore[no-untyped-def]
    guest, cancelled = door.guest(name="Pünktlich"), door.guest(status="cancelled")
    with phone() as page:
        with transaction() as session:
            session.get_one(Event, door.event_id).status = "cancelled"
            bump(session, clock.now())
        pair(page, server, door.pair())
        type_code(page, guest.ticket)
        expect_word(page, "Termin abgesagt")
        server.kill()
        type_code(page, cancelled.ticket)
        expect_word(page, "Abgesagt")
        type_code(page, guest.ticket)
        expect_word(page, "Termin abgesagt")
        expect(page.locator(".person__name")).to_have_text("Erika Pünktlich")


A_MINUTE_LATER = "Date.now = ((real) => () => real() + 120000)(Date.now)"


def search(page: Page, words: str) -> None:
    opener = page.get_by_role("button", name="Namen suchen")
    if opener.get_attribute("aria-expanded") != "true":
        opener.click()
    page.get_by_label("Name oder Organisation").fill(words)
    page.keyboard.press("Enter")


def allow_names(door: Door, is_allowed: bool) -> None:
    with transaction() as session:
        session.get_one(Event, door.event_id).names_at_door = is_allowed
        bump(session, clock.now())


def test_a_hall_that_answers_for_the_server_wipes_nothing(server: Site, phone, door: Door) -> None:  # type: ignore[no-untyped-def]
    guest = door.guest()
    with phone() as page:
        pair(page, server, door.pair())
        page.route("**/api/**", lambda route: route.fulfill(status=403, body="Bitte anmelden"))
        type_code(page, guest.ticket)
        expect_word(page, "Willkommen")
        expect(page.locator("#waiting")).to_have_text("1 noch zu übertragen")
        expect(page.locator("#listed")).to_contain_text("Liste von")
        page.unroute("**/api/**")
        expect(page.locator("#present")).to_have_text("1 von 1 da")


def findings(door: Door) -> list[str]:
    """What the server made of the scans."""
    with reading() as connection:
        mine = select(Scan.finding).where(Scan.event_id == door.event_id).order_by(Scan.id)
        return list(connection.execute(mine).scalars())


def kept(page: Page, store: str = "roster") -> str:
    """What lies open of a store in the browser's database."""
    text: str = page.evaluate(
        """(name) => new Promise((resolve) => {
             indexedDB.open("eventapp-door").onsuccess = ({ target }) => {
               const database = target.result;
               const store = database.transaction(name).objectStore(name);
               store.getAll().onsuccess = ({ target }) => {
                 database.close();
                 resolve(JSON.stringify(target.result));
               };
             };
           })""",
        store,
    )
    return text
