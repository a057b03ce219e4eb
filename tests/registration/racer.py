"""What a process of the race does: people who all send their form at the same moment.

Only the standard library, so that many threads of many processes cost little.
"""

import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode

PATIENCE = 60.0  # seconds for all to stand at the start, and for each answer
_FORM_TOKEN = re.compile(r'name="form_token" value="([^"]+)"')
_POSITION = re.compile(r"Sie haben Platz (\d+) auf der Warteliste")


@dataclass(frozen=True)
class Racer:
    """Somebody with one form: the page where it stands, what they fill in, which answers are
    good ones."""

    name: str
    page: str
    filled: Sequence[tuple[str, str]] = ()
    expects: Sequence[int] = (303,)


@dataclass(frozen=True)
class Finish:
    """What somebody was told, or why nothing."""

    race: int  # which of several
    name: str
    code: int = 0
    position: int | None = None  # on the waiting list
    is_confirmed: bool = False
    trouble: str = ""


def run(races: Sequence[Sequence[Racer]], port: int, barrier: Any, results: Any) -> None:
    """One race after the other, these of each in this process: all fetch their form, wait for those
    of the other processes, and send it at once."""
    for number, racers in enumerate(races):
        if racers:
            _run(number, racers, port, barrier, results)
        else:
            barrier.wait(PATIENCE)


def _run(number: int, racers: Sequence[Racer], port: int, barrier: Any, results: Any) -> None:
    start = threading.Barrier(len(racers), action=lambda: barrier.wait(PATIENCE))
    threads = [
        threading.Thread(target=lambda who=who: results.put(_race(number, who, port, start)))
        for who in racers
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(3 * PATIENCE)


def _race(number: int, who: Racer, port: int, start: threading.Barrier) -> Finish:
    try:
        token = _FORM_TOKEN.findall(_ask(port, "GET", who.page, expects=(200,))[2])[0]
        form = urlencode([*who.filled, ("form_token", token), ("website", "")])
        start.wait(PATIENCE)
    except Exception as fault:  # noqa: BLE001  the test shows it
        start.abort()
        return Finish(number, who.name, trouble=repr(fault))
    try:
        code, receipt, text = _ask(port, "POST", who.page, form, expects=who.expects)
        if receipt:
            _, _, text = _ask(port, "GET", receipt, expects=(200,))
    except Exception as fault:  # noqa: BLE001  the test shows it
        return Finish(number, who.name, trouble=repr(fault))
    position = _POSITION.search(text)
    place = int(position[1]) if position else None
    return Finish(number, who.name, code, place, "Sie sind angemeldet" in text)


def _ask(
    port: int, method: str, path: str, body: str = "", *, expects: Sequence[int]
) -> tuple[int, str, str]:
    """The answer's code, where it leads, and its text. A connection for each: a held one keeps
    others out."""
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    kind = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
    try:
        connection.request(method, path, body or None, kind)
        answer = connection.getresponse()
        text = answer.read().decode()
        assert answer.status in expects, f"{method} {path}: {answer.status} {text[-500:]}"
        return answer.status, answer.headers.get("Location", ""), text
    finally:
        connection.close()
