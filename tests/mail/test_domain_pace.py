"""So many mails a minute to one domain: all together with Redis, each process alone without."""

from collections.abc import Iterator
from functools import partial

import pytest
import time_machine
from redis import Redis

from eventapp import clock
from eventapp.mail.delivery import Pace, deliver_due
from eventapp.mail.domain_pace import LATEST, MINUTE, DomainPace
from eventapp.mail.transport import SmtpTransport
from tests.mail.outbox import last_row, outbox_rows, owe, states
from tests.ports import free_port
from tests.smtp import MailServer
from tests.valkey import Valkey

ERIKA = "erika@example.org"


@pytest.fixture(autouse=True)
def full_minute() -> Iterator[None]:
    """The clock stands still as a minute has begun, however long a test takes."""
    with time_machine.travel(MINUTE * (clock.now().timestamp() // MINUTE), tick=False):
        yield
    clock.shift(0)


@pytest.fixture
def paces(valkey_server: Valkey) -> Iterator[list[DomainPace]]:
    """Of two processes."""
    made = [
        DomainPace(partial(valkey_server.client, 1), together=8, alone=2) for _process in range(2)
    ]
    yield made
    for each in made:
        each.close()


def nobody_there() -> Redis:
    return Redis(port=free_port(), socket_connect_timeout=1)


def waits(pace: DomainPace, count: int, domain: str = "example.org", many: bool = False) -> int:
    """How many of so many mails may leave now."""
    found = [pace.wait(f"{n}@{domain}", is_of_many=many) for n in range(count)]
    return found.count(0.0)


def test_all_processes_share_one_number_for_each_domain(paces: list[DomainPace]) -> None:
    first, second = paces
    assert waits(first, 5) == 5
    assert waits(second, 5, "EXAMPLE.org") == 3
    assert waits(second, 5, "example.net") == 5
    go_on(1)
    assert waits(second, 10) == 8, "the next minute counts anew"


def go_on(minutes: float) -> None:
    """From where the clock has stood."""
    clock.shift(minutes * MINUTE)


def test_what_is_too_much_is_spread_over_the_minutes_to_come(paces: list[DomainPace]) -> None:
    found = [paces[0].wait(ERIKA, is_of_many=False) for _ in range(8 * 12)]
    later = found[8:]
    assert later == sorted(later)
    assert later[0] == MINUTE
    assert max(later) == LATEST


def test_a_message_to_many_leaves_a_quarter_to_others(paces: list[DomainPace]) -> None:
    assert waits(paces[0], 20, many=True) == 6
    other = paces[1]
    assert waits(other, 10, "example.net", many=True) == 6
    assert waits(other, 10, "example.net") == 0, "they were counted, too"


def test_without_redis_each_counts_alone_up_to_less() -> None:
    lonely = DomainPace(nobody_there, together=8, alone=2)
    assert waits(lonely, 5) == 2
    assert waits(lonely, 5, "example.net") == 2
    assert waits(DomainPace(nobody_there, together=1, alone=2), 5) == 1, "never more than together"


@pytest.mark.usefixtures("app")
def test_mails_beyond_the_number_wait_without_an_attempt_and_leave_later(
    smtp_server: MailServer, paces: list[DomainPace]
) -> None:
    owe(10)
    way = SmtpTransport(smtp_server.url, 5)
    assert deliver_due(way, Pace(45, 60), paces[0]) == 10
    assert states().count("sent") == 8
    row = last_row()
    assert (row.state, row.attempts, row.last_answer) == ("pending", 0, None)
    assert row.waits_since == row.due_at > clock.now(), "nobody is told that it waits"
    go_on(2)
    deliver_due(way, Pace(45, 60), paces[1])
    way.close()
    assert set(states()) == {"sent"}
    assert len(smtp_server.received) == len({row.message_id for row in outbox_rows()}) - 1
