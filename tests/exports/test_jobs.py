"""Files that a worker makes: progress, lease, whose they are, how long they last."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import delete

from eventapp import clock
from eventapp.db import transaction
from eventapp.events.definition import EventDefinition
from eventapp.exports import actions, making
from eventapp.exports.models import ExportJob, ExportPart
from eventapp.exports.rules import AT_ONCE, KEPT, LEASE, LISTED, MOST_ATTEMPTS, MOST_OPEN, Format
from eventapp.networks.models import Grant, Role, Scope
from tests.exports.people import ask, crowd, file_of, job_of, read_csv, stored, url
from tests.exports.test_console import entries, with_needs
from tests.participants.test_console import account, organiser
from tests.refusals import check_refused
from tests.registration.test_actions import plan
from tests.statements import counted
from tests.visitors import Visitor


@pytest.fixture(autouse=True)
def everything_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("eventapp.exports.console.is_large", lambda *_: True)


def order(app: Flask, **values: Any) -> tuple[Visitor, EventDefinition, str]:
    """Somebody, an event with three people, the job of a file."""
    event = plan()
    crowd(event, 3)
    browser = organiser(app, event)
    return browser, event, job_of(ask(browser, event, **values))


def send(browser: Visitor, path: str) -> Any:
    return browser.post(path, data={"csrf_token": browser.csrf_token()})


def post(browser: Visitor, job: str, step: str) -> Any:
    return send(browser, f"{job}/{step}")


def test_it_waits_is_made_and_fetched_only_by_whoever_asked(app: Flask) -> None:
    browser, event, job = order(app, sort="name")
    assert "Die Datei wird gleich erstellt." in browser.get(job).text
    assert browser.get(f"{job}/file").status_code == 404
    assert making.make_next()
    assert not making.make_next()
    page = browser.get(job).text
    assert "Die Datei ist fertig." in page
    names = [line["Nachname"] for line in read_csv(file_of(browser, job))]
    assert names == ["Beispiel", "Beispiel0", "Beispiel1"]
    assert job in browser.get(url(event)).text
    colleague = account(app, (Role.ORGANISER, Scope.EVENT, event.id), email="ben@example.org")
    for path in (job, f"{job}/file"):
        assert colleague.get(path).status_code == 404
    for step in ("cancel", "again", "delete"):
        assert post(colleague, job, step).status_code == 404
    assert job not in colleague.get(url(event)).text
    [ordered], [fetched] = (
        entries("registrations.export_ordered"),
        entries("registrations.export_fetched"),
    )
    assert (ordered["rows"], ordered["sensitive"]) == (3, False)
    assert fetched["rows"] == 3
    sealed = b"".join(part.sealed for part in stored(ExportPart))
    assert b"Beispiel" not in sealed


def test_a_job_is_found_at_its_own_event_only(app: Flask) -> None:
    browser, event, job = order(app)
    other = plan()
    both = account(
        app,
        (Role.ORGANISER, Scope.EVENT, event.id),
        (Role.ORGANISER, Scope.EVENT, other.id),
        email="ben@example.org",
    )
    mine = job_of(ask(both, event))
    assert both.get(mine).status_code == 200
    assert both.get(mine.replace(event.slug, other.slug)).status_code == 404
    assert both.get(url(event, f"/{2**31 - 1}")).status_code == 404
    assert browser.get(job).status_code == 200


def test_a_permission_withdrawn_meanwhile_counts(app: Flask) -> None:
    event = with_needs()
    roles = ((Role.ASSISTANCE, Scope.EVENT, event.id), (Role.ORGANISER, Scope.EVENT, event.id))
    browser = account(app, *roles)
    made = job_of(ask(browser, event, columns_needs=["diet"]))
    plain = job_of(ask(browser, event))
    making.make_next()
    making.make_next()
    assert "Vegan" in file_of(browser, made).decode()
    waiting = job_of(ask(browser, event, columns_needs=["diet"]))
    withdraw(Role.ASSISTANCE)
    assert browser.get(f"{made}/file").status_code == 403
    assert browser.get(f"{plain}/file").status_code == 200
    making.make_next()
    [failed] = [each for each in stored(ExportJob) if str(each.id) == waiting.rpartition("/")[2]]
    assert (failed.state, failed.problem) == ("failed", "not-allowed")
    withdraw(Role.ORGANISER)
    assert browser.get(f"{plain}/file").status_code in (403, 404)


def withdraw(role: Role) -> None:
    with transaction() as session:
        session.execute(delete(Grant).where(Grant.role == role))


def test_a_file_lasts_a_day_and_may_be_made_again(app: Flask) -> None:
    browser, _event, job = order(app)
    making.make_next()
    with time_machine.travel(clock.now() + KEPT):
        browser.log_in("ada@example.org", "rotes fahrrad im regen")
        assert browser.get(f"{job}/file").status_code == 410
        assert "Die Datei ist abgelaufen." in browser.get(job).text
        sweep()
        assert stored(ExportPart) == []
        assert post(browser, job, "again").status_code == 303
        making.make_next()
        assert len(read_csv(file_of(browser, job))) == 3
    with time_machine.travel(clock.now() + 2 * LISTED):
        sweep()
        assert stored(ExportJob) == stored(ExportPart) == []


def sweep() -> None:
    with transaction() as session:
        actions.forget_old(session, now=clock.now() + timedelta(seconds=1))


def test_it_may_be_cancelled_and_deleted_by_hand(app: Flask) -> None:
    browser, event, job = order(app)
    assert post(browser, job, "cancel").status_code == 303
    page = browser.get(job).text
    assert "Das Erstellen ist abgebrochen." in page
    assert "Nochmals erstellen" in page
    assert not making.make_next()
    assert post(browser, job, "cancel").location.endswith("done=late")
    post(browser, job, "again")
    making.make_next()
    assert post(browser, job, "again").status_code == 303
    making.make_next()
    assert post(browser, job, "delete").location == url(event)
    assert browser.get(job).status_code == 404
    assert stored(ExportPart) == []


def test_cancelling_stops_the_work(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    browser, _event, job = order(app)
    advance = making._advance

    def cancelled_meanwhile(*args: Any) -> None:
        post(browser, job, "cancel")
        advance(*args)

    monkeypatch.setattr(making, "_advance", cancelled_meanwhile)
    assert making.make_next()
    assert stored(ExportPart) == []
    assert "abgebrochen" in browser.get(job).text


def test_a_dead_workers_job_comes_back_but_not_for_ever(app: Flask) -> None:
    browser, _event, job = order(app)
    moment, leases = clock.now(), []
    for attempt in range(1, MOST_ATTEMPTS + 1):
        with transaction() as session:
            claimed = actions.claim(session, now=moment)
            assert claimed is not None
            assert claimed.attempts == attempt
            actions.advance(session, claimed.lease, done=2, total=3, now=moment)
        assert "2 von 3 Personen" in browser.get(job).text
        with transaction() as session:
            assert actions.claim(session, now=moment) is None  # the lease holds
        moment += LEASE
        leases.append(claimed.lease)
    with transaction() as session:
        assert actions.claim(session, now=moment) is None
        assert not actions.finish(session, leases[0], 1, [b"x"], size=1, now=moment)
    page = browser.get(job).text
    assert "mehrmals unterbrochen" in page
    assert stored(ExportPart) == []
    post(browser, job, "again")
    assert making.make_next()
    assert "Die Datei ist fertig." in browser.get(job).text


def test_what_cannot_be_made_says_so(
    app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    browser, _event, job = order(app)
    monkeypatch.setattr(making, "write_table", lambda *_: 1 / 0)
    assert making.make_next()
    assert "Beim Erstellen ist etwas schiefgegangen." in browser.get(job).text
    assert "ZeroDivisionError" in caplog.text


def test_one_account_does_not_order_without_end(app: Flask) -> None:
    browser, event, _job = order(app)
    for _ in range(MOST_OPEN - 1):
        assert ask(browser, event).status_code == 303
    check_refused(ask(browser, event), "too-many-exports", most=5)


def test_three_thousand_cost_as_many_statements_as_three_and_show_how_far_it_is(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cost(count: int) -> tuple[int, list[int]]:
        told: list[int] = []
        event = plan()
        with transaction() as session:
            session.execute(delete(Grant))
        crowd(event, count)
        browser = account(
            app, (Role.ORGANISER, Scope.EVENT, event.id), email=f"{count}@example.org"
        )
        job = job_of(ask(browser, event))
        monkeypatch.setattr(making, "_advance", lambda _job, done, _total: told.append(done))
        with counted() as statements:
            assert making.make_next()
        assert len(read_csv(file_of(browser, job))) == count
        return len(statements), told

    few, _ = cost(3)
    many, told = cost(AT_ONCE[Format.CSV] * 3)
    assert many == few
    assert told == [0, 500, 1000, 1500, 2000, 2500, 3000]


def test_the_page_looks_again_by_itself_only_while_there_is_something_to_see(app: Flask) -> None:
    browser, _event, job = order(app)
    assert re.search(r'id="file" data-open', browser.get(job).text)
    making.make_next()
    page = browser.get(job).text
    assert "data-open" not in page
    assert "progress.js" not in page
