"""Three doors, one of them a real browser with its own store: read without a network, closed and
opened again, and the server killed while the browser sends.

TEST_LONG=1 reads all hundred codes of the browser's share; the short form twenty, the rest is told
by the phones that are no browsers. All three hundred arrive either way.
"""

import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random

from playwright.sync_api import Page, Request, expect

from eventapp import clock
from eventapp.tokens import shown_short_code
from tests.browser.test_offline import door, pair, phone, server  # noqa: F401  fixtures
from tests.browser.test_scanner import type_code
from tests.checkin.door import Door
from tests.checkin.phones import Phone, Read, assert_settled, make_guests, plan, send_all
from tests.servers import Site

IN_BROWSER = 100 if os.environ.get("TEST_LONG") == "1" else 20
NAMES = ("Nord", "Süd", "West")


def read_all(page: Page, reads: list[Read], before: int) -> None:
    """One code after the other, as a hand scanner types it; each is in the browser's store."""
    for number, read in enumerate(reads, before + 1):
        type_code(page, shown_short_code(read.guest.short))
        expect(page.locator("#waiting")).to_have_text(f"{number} noch zu übertragen")


def test_three_doors_one_of_them_a_browser(
    server: Site,  # noqa: F811
    phone: Callable[[], AbstractContextManager[Page]],  # noqa: F811
    door: Door,  # noqa: F811
    tmp_path: Path,
) -> None:
    random = Random(20260911)
    reads = plan(make_guests(door), random)
    mine = [read for read in reads if read.phone == 0][:IN_BROWSER]
    half = len(mine) // 2
    killed: list[str] = []
    with phone() as page:
        pair(page, server, door.pair(NAMES[0]))
        server.kill()
        begun = clock.now()
        read_all(page, mine[:half], 0)
    with phone() as page:
        page.goto(f"{server.url}/checkin/")
        expect(page.locator("#waiting")).to_have_text(f"{half} noch zu übertragen")
        read_all(page, mine[half:], half)

        def kill(request: Request) -> None:
            if request.url.endswith("/scans") and not killed:
                killed.append(request.url)
                server.kill()

        page.on("request", kill)
        server.start()
        while not killed:
            page.wait_for_timeout(200)
    server.start()
    with phone() as page:
        page.goto(f"{server.url}/checkin/")
        expect(page.locator("#waiting")).to_have_text("0 noch zu übertragen")
    reads = [replace(read, at=begun) if read in mine else read for read in reads]
    others = [Phone(name, door.pair(name), timedelta(), tmp_path / name) for name in NAMES]
    for number, other in enumerate(others):
        told = [read for read in reads if read.phone == number and read.at != begun]
        other.keep(told, random)
    send_all(others, door.slug, random, server.url, lambda _number: None)
    assert_settled(door, reads, NAMES, near=timedelta(minutes=20))
