"""People who sign up over HTTP and do not give up: when something breaks, they send again."""

import re
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count

import httpx

TOKEN = re.compile(r'name="form_token" value="([^"]+)"')
PATIENCE = 60.0  # seconds
AT_ONCE = 4

_numbers = count(1)


def sign_up(url: str, slug: str) -> tuple[str, float]:
    """One person, one form, sent until it is accepted; address and longest answer in seconds."""
    number = next(_numbers)
    email, address = f"gast-{number}@example.org", f"{url}/events/{slug}/register"
    token = TOKEN.search(_until_answered("GET", address, {})[0].text)
    assert token
    form = {
        "form_token": token[1],
        "attendance": "in_person",
        "first_name": "Gast",
        "last_name": f"Nummer {number}",
        "email": email,
        "website": "",
    }
    answer, seconds = _until_answered("POST", address, form)
    assert answer.status_code == 303, answer.text[:2000]
    return email, seconds


def _until_answered(method: str, url: str, form: dict[str, str]) -> tuple[httpx.Response, float]:
    """A connection that breaks is tried again; an answer, whatever it says, is an answer."""
    deadline = time.monotonic() + PATIENCE
    while True:
        began = time.monotonic()
        try:
            answer = httpx.request(method, url, data=form or None, timeout=30)
        except httpx.TransportError:
            assert time.monotonic() < deadline, f"{url} does not come back"
            time.sleep(0.1)
        else:
            return answer, time.monotonic() - began


class Crowd:
    """Several at once; `arrived` counts those who are done."""

    def __init__(self, futures: list["Future[tuple[str, float]]"]) -> None:
        self._futures = futures

    @property
    def arrived(self) -> int:
        return sum(future.done() for future in self._futures)

    def wait_for(self, part: float) -> None:
        """Until this part of them is done, at most."""
        while self.arrived < part * len(self._futures):
            time.sleep(0.005)

    @property
    def emails(self) -> list[str]:
        return [future.result()[0] for future in self._futures]

    @property
    def slowest(self) -> float:
        return max(future.result()[1] for future in self._futures)


@contextmanager
def crowd(url: str, slug: str, size: int) -> Iterator[Crowd]:
    """They begin at once; the block ends when all are signed up."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield Crowd([pool.submit(sign_up, url, slug) for _ in range(size)])
