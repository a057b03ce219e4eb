"""Every page and every feed costs the same number of queries, however much there is to show."""

from datetime import timedelta
from pathlib import Path
from shutil import rmtree

from flask import Flask
from sqlalchemy import update

from eventapp import clock
from eventapp.checkin.models import Device
from eventapp.db import transaction
from tests.house.full import FOREIGN, NOT_YET, Full, methods, rules
from tests.statements import counted
from tests.visitors import Visitor

NOTES_CONTACT = {"checkin_sync.status"}  # writes once in 30 seconds that the device was there
SPARED = 4  # at most: without any event nobody asks for the regions and series of none
MOST = 50  # for the costliest page, caches emptied; on SQLite BEGIN counts as well


def costs(full: Full, browser: Visitor) -> dict[str, int]:
    """The number of statements of every route that leads somewhere."""
    rmtree(full.app.config["SETTINGS"].data_dir / "feeds", ignore_errors=True)  # last good copies
    found = {}
    for rule in rules(full.app):
        if "GET" not in methods(rule) or rule.endpoint in FOREIGN:
            continue
        address = full.address(rule)
        if rule.endpoint in NOTES_CONTACT:
            browser.get(address, headers=full.door)
        with counted() as statements:
            answer = browser.get(address, headers=full.door)
        if answer.status_code == 200 and NOT_YET not in address:
            found[f"{rule.endpoint} {rule.rule}"] = len(statements)
    return found


def test_as_many_queries_for_many_rows_as_for_none(app: Flask, tmp_path: Path) -> None:
    """No event at all, then one, then 3 and 30 more of everything, also of what hangs on it."""
    full = Full(app, tmp_path)
    ada = full.ada()
    ada.is_checking = False  # the pages are checked elsewhere
    first = costs(full, ada)
    full.plan()
    costs(full, ada)  # a first opening may write something down
    for more in (0, 3, 27):
        full.grow(more)
        with transaction() as session:  # a contact is noted again after a while: not on a slow walk
            session.execute(update(Device).values(last_seen_at=clock.now() + timedelta(hours=1)))
        found = costs(full, ada)
        spared = 0 if more else SPARED
        dearer = {name: found[name] - n for name, n in first.items() if found[name] != n}
        assert [name for name, n in dearer.items() if not 0 <= n <= spared] == []
        first = found
    dear = {name: n for name, n in first.items() if n > MOST}
    assert dear == {}
    walked = {rule.endpoint for rule in rules(app) if "GET" in methods(rule)} - FOREIGN
    led_on = {"accounts.login", "accounts.second_step"}  # Ada is in already
    assert walked - {name.split()[0] for name in first} == led_on
