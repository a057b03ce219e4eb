"""Races over HTTP: the forms come from eight client processes and go to eight of gunicorn's."""

import multiprocessing
import re
from collections.abc import Sequence

from tests.registration import racer
from tests.registration.racer import Finish, Racer
from tests.servers import Site

PROCESSES = 8
CHANCES = 5  # for a control to show what goes wrong without the lock
ANSWERED_BY = "answered by"


def guest(page: str, number: int, *also: tuple[str, str], expects: Sequence[int] = (303,)) -> Racer:
    """One who signs up on this page."""
    name = f"guest-{number}"
    person = {"first_name": name, "last_name": "Beispiel", "email": f"{name}@example.org"}
    return Racer(name, page, [*person.items(), *also], expects)


def hold(site: Site, *races: Sequence[Racer]) -> list[list[Finish]]:
    """One race after the other, in each everybody at once; how each fared."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.registration.racer"])
    barrier, results = context.Barrier(PROCESSES), context.Queue()
    processes = [
        context.Process(
            target=racer.run,
            args=([race[first::PROCESSES] for race in races], site.port, barrier, results),
        )
        for first in range(PROCESSES)
    ]
    for process in processes:
        process.start()
    finishes: list[list[Finish]] = [[] for _ in races]
    try:
        for _ in range(sum(len(race) for race in races)):
            finish = results.get(timeout=3 * racer.PATIENCE)
            finishes[finish.race].append(finish)
    finally:
        for process in processes:
            process.join(30)
            process.kill()
        results.close()
        results.join_thread()
    return finishes


def hold_well(site: Site, *races: Sequence[Racer]) -> list[list[Finish]]:
    """As `hold`; everybody got a good answer."""
    finishes = hold(site, *races)
    assert [each.trouble for some in finishes for each in some if each.trouble] == []
    return finishes


def busy_processes(site: Site) -> set[str]:
    """Those of gunicorn's that have answered a form."""
    return set(re.findall(rf"{ANSWERED_BY} (\S+): POST 303", site.log.read_text()))
