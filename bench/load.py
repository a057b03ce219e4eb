"""Many visitors at once, in a process of their own: `python -m bench.load` with a plan on stdin.

Each visitor holds one connection and makes visit after visit until time is over. Deliberately
small: whatever the client costs is taken from the server on the same machine.
"""

import asyncio
import json
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Coroutine
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from random import Random
from typing import Any, cast
from urllib.parse import urlencode
from uuid import uuid4

_TOKEN = re.compile(rb'name="form_token" value="([^"]+)"')
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


@dataclass(frozen=True)
class Plan:
    """`visit` is a key of `VISITS`; `expect` the status of each visit's last answer.

    `paths`, where given, are shared out among the visitors instead of `path`.
    """

    port: int
    visit: str
    path: str
    expect: int
    seconds: float = 3  # 0: each visitor comes once
    concurrency: int = 16
    headers: dict[str, str] = field(default_factory=dict)
    form: dict[str, str] = field(default_factory=dict)
    codes: list[str] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)

    def of(self, visitor: int) -> "Plan":
        """What this visitor does."""
        return replace(self, path=self.paths[visitor % len(self.paths)]) if self.paths else self


def run(plan: Plan) -> tuple[int, float]:
    """Visits, and visits a second, measured by another process."""
    argv = [sys.executable, "-m", "bench.load"]
    task = json.dumps(asdict(plan))
    done = subprocess.run(argv, input=task, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{plan.visit} {plan.path}: {done.stderr[-2000:]}")
    visits, rate = json.loads(done.stdout)
    return visits, rate


class Line(asyncio.Protocol):
    """One kept-alive connection, one question at a time."""

    def __init__(self) -> None:
        self._received = b""
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, end, body = self._received.partition(b"\r\n\r\n")
        length = _LENGTH.search(head) if end else None
        if self._answer and end and len(body) >= (int(length[1]) if length else 0):
            self._received = b""
            self._answer.set_result((int(head[9:12]), body))

    def connection_lost(self, error: Exception | None) -> None:
        self.transport = None
        if self._answer and not self._answer.done():
            self._answer.set_exception(error or ConnectionError("closed by the server"))

    async def ask(self, question: bytes) -> tuple[int, bytes]:
        """The answer's status and body."""
        if self.transport is None:
            raise ConnectionError("closed by the server")
        self._answer = asyncio.get_running_loop().create_future()
        self.transport.write(question)
        return await self._answer


def request(method: str, plan: Plan, body: bytes = b"", mime: str = "") -> bytes:
    headers = {"Host": f"127.0.0.1:{plan.port}", **plan.headers}
    if body:
        headers |= {"Content-Type": mime, "Content-Length": str(len(body))}
    lines = [f"{method} {plan.path} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


Visit = Callable[[Line], Coroutine[Any, Any, int]]


def page(plan: Plan, _visitor: int) -> Visit:
    question = request("GET", plan)

    async def visit(line: Line) -> int:
        return (await line.ask(question))[0]

    return visit


def post(plan: Plan, _visitor: int) -> Visit:
    question = request("POST", plan, urlencode(plan.form).encode(), _FORM)

    async def visit(line: Line) -> int:
        return (await line.ask(question))[0]

    return visit


def register(plan: Plan, _visitor: int) -> Visit:
    """GET the form, take its token, POST it as somebody new."""
    fresh = request("GET", plan)

    async def visit(line: Line) -> int:
        _status, html = await line.ask(fresh)
        token = _TOKEN.search(html)
        if token is None:
            raise AssertionError(f"no form: {html[:300]!r}")
        person = {"email": f"{uuid4().hex}@example.org", "form_token": token[1].decode()}
        body = urlencode({**plan.form, **person}).encode()
        return (await line.ask(request("POST", plan, body, _FORM)))[0]

    return visit


def scan(plan: Plan, visitor: int) -> Visit:
    """One guest a request, as a device online sends them."""
    dice = Random(visitor)

    async def visit(line: Line) -> int:
        return (await line.ask(_scans(plan, [dice.choice(plan.codes)])))[0]

    return visit


def batch(plan: Plan, visitor: int) -> Visit:
    """What a device sends that was offline; each visitor stands at another door."""
    codes = plan.codes[visitor :: plan.concurrency]

    async def visit(line: Line) -> int:
        return (await line.ask(_scans(plan, codes)))[0]

    return visit


def _scans(plan: Plan, codes: list[str]) -> bytes:
    at = datetime.now(UTC).isoformat()
    scans = [
        {"scan_id": str(uuid4()), "code": code, "scanned_at": at, "direction": "in"}
        for code in codes
    ]
    body = json.dumps({"sent_at": at, "scans": scans}).encode()
    return request("POST", plan, body, "application/json")


_FORM = "application/x-www-form-urlencoded"
VISITS = {"page": page, "post": post, "register": register, "scan": scan, "batch": batch}


async def _visitor(plan: Plan, number: int, until: float, statuses: Counter[int]) -> None:
    loop, visit = asyncio.get_running_loop(), VISITS[plan.visit](plan.of(number), number)
    _transport, line = await loop.create_connection(Line, "127.0.0.1", plan.port)
    statuses[await visit(line)] += 1
    while time.perf_counter() < until:
        statuses[await visit(line)] += 1
    if line.transport:
        line.transport.close()


async def _measure(plan: Plan) -> tuple[int, float]:
    statuses: Counter[int] = Counter()
    start = time.perf_counter()
    until = start + plan.seconds
    async with asyncio.TaskGroup() as visitors:
        for number in range(plan.concurrency):
            visitors.create_task(_visitor(plan, number, until, statuses))
    if set(statuses) != {plan.expect}:
        raise AssertionError(f"expected {plan.expect}, got {dict(statuses)}")
    visits = statuses[plan.expect]
    return visits, visits / (time.perf_counter() - start)


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_measure(Plan(**json.load(sys.stdin))))))
