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
class Finish:
    """What somebody's receipt says, or why there is none."""

    name: str
    position: int | None = None  # on the waiting list
    is_confirmed: bool = False
    trouble: str = ""


def run(
    port: int, slug: str, names: Sequence[str], also: dict[str, str], barrier: Any, results: Any
) -> None:
    """All of this process fetch the form, wait for those of the others, and send it at once."""
    start = threading.Barrier(len(names), action=lambda: barrier.wait(PATIENCE))
    threads = [
        threading.Thread(
            target=lambda name=name: results.put(_sign_up(port, slug, name, also, start))
        )
        for name in names
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(3 * PATIENCE)


def _sign_up(
    port: int, slug: str, name: str, also: dict[str, str], start: threading.Barrier
) -> Finish:
    try:
        page = f"/events/{slug}/register"
        token = _FORM_TOKEN.findall(_ask(port, "GET", page, expects=200)[1])[0]
        data = {"first_name": name, "last_name": "Beispiel", "email": f"{name}@example.org", **also}
        form = urlencode({**data, "form_token": token, "website": ""})
        start.wait(PATIENCE)
        receipt, _ = _ask(port, "POST", page, form, expects=303)
        _, text = _ask(port, "GET", receipt, expects=200)
    except Exception as fault:  # noqa: BLE001  the test shows it
        start.abort()
        return Finish(name, trouble=repr(fault))
    position = _POSITION.search(text)
    is_confirmed = "Sie sind angemeldet" in text
    return Finish(name, int(position[1]) if position else None, is_confirmed)


def _ask(port: int, method: str, path: str, body: str = "", *, expects: int) -> tuple[str, str]:
    """Where the answer leads, and its text. A connection for each: a held one keeps others out."""
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    kind = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
    try:
        connection.request(method, path, body or None, kind)
        answer = connection.getresponse()
        text = answer.read().decode()
        assert answer.status == expects, f"{method} {path}: {answer.status} {text[-500:]}"
        return answer.headers.get("Location", ""), text
    finally:
        connection.close()
