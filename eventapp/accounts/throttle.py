"""How often somebody may try: counted in the database, so that it holds in every process and
without Redis.

Each bucket is spent by one attempt and refills steadily (GCRA, the leaky bucket as a single
number): a few attempts at once, then one at a time. It slows guessing down and never shuts anybody
out for longer than until the next single attempt is free. An attempt is paid for before the
password is looked at, in one statement that locks the bucket's row, and given back if it was right:
however many processes ask at the same moment, no more get through.
"""

import ipaddress
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil

from sqlalchemy import case, delete, select, update
from sqlalchemy.dialects.postgresql import insert  # its ON CONFLICT is SQLite's, word for word
from sqlalchemy.orm import Session

from eventapp.accounts.models import LoginThrottle
from eventapp.errors import TooMany
from eventapp.tokens import keyring


class Act(StrEnum):
    """What is tried."""

    LOG_IN = "log-in"  # a password
    SECOND_STEP = "second-step"  # a code or a passkey, after the right password
    RESET = "reset"  # a mail with a link; right or wrong, each counts
    CHECK = "check"  # the check code of a certificate, with a surname


@dataclass(frozen=True)
class Limit:
    """So many attempts at once, then one every so often."""

    at_once: int
    every: timedelta


@dataclass(frozen=True)
class Bucket:
    """One counter and its limit; the key names nobody."""

    key: str
    limit: Limit


_MINUTE = timedelta(minutes=1)
# An account from one network is slower than the account from anywhere: whoever guesses from one
# place leaves its owner every other attempt.
_ACCOUNT = {
    Act.LOG_IN: Limit(20, _MINUTE),
    Act.SECOND_STEP: Limit(5, 10 * _MINUTE),  # six digits: a year of it finds one in six
    Act.RESET: Limit(5, 10 * _MINUTE),
    Act.CHECK: Limit(10, _MINUTE),  # surnames for one code; codes are beyond guessing
}
_ACCOUNT_HERE = Limit(10, 2 * _MINUTE)
_NETWORK = Limit(30, timedelta(seconds=30))  # a whole office may sit behind one address
_WIDE = Limit(150, timedelta(seconds=6))


def buckets(act: Act, whom: str, address: str) -> list[Bucket]:
    """What an attempt is counted on: the account, the account from here, both sizes of network.

    `whom` is the address as it was typed, normalised, whether there is such an account or not; or
    the account's id after the first step; or the code that is checked.
    """
    # Both steps of logging in share the network's allowance.
    kind = act.value if act in (Act.RESET, Act.CHECK) else "log-in"
    near, wide = networks_of(address)
    found = [
        Bucket(_key(act, whom), _ACCOUNT[act]),
        Bucket(_key(kind, near), _NETWORK),
        Bucket(_key(kind, wide), _WIDE),
    ]
    if act is Act.LOG_IN:
        found.append(Bucket(_key(act, f"{whom} {near}"), _ACCOUNT_HERE))
    return found


def networks_of(address: str) -> tuple[str, str]:
    """The network whose people count as one, and a wider one: IPv4 /32 and /24; IPv6 /64, which is
    what a household gets, and /48."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address, address  # a socket's name: all come from there
    if isinstance(found, ipaddress.IPv6Address):
        found = found.ipv4_mapped or found
    sizes = (32, 24) if found.version == 4 else (64, 48)
    near, wide = (ipaddress.ip_network((found, size), strict=False) for size in sizes)
    return str(near), str(wide)


def take(session: Session, wanted: Iterable[Bucket], *, now: datetime) -> None:
    """Pay for one attempt in all of the buckets. Raises `TooMany` where one is empty: then the
    transaction must end without a trace, so that being refused costs nothing more."""
    present = _milliseconds(now)
    for bucket in sorted(wanted, key=lambda each: each.key):  # one order of locks
        cost = bucket.limit.every // timedelta(milliseconds=1)
        latest = present + (bucket.limit.at_once - 1) * cost
        if not _spend(session, bucket.key, present, cost, latest):
            spent = session.execute(
                select(LoginThrottle.spent_until).where(LoginThrottle.key == bucket.key)
            ).scalar_one()
            raise TooMany(max(1, ceil((spent - latest) / 1000)))


def give_back(session: Session, paid: Sequence[Bucket]) -> None:
    """The attempt was right and does not count."""
    for bucket in sorted(paid, key=lambda each: each.key):
        cost = bucket.limit.every // timedelta(milliseconds=1)
        session.execute(
            update(LoginThrottle)
            .where(LoginThrottle.key == bucket.key)
            .values(spent_until=LoginThrottle.spent_until - cost)
        )


def forget_full(session: Session, *, now: datetime) -> None:
    """Delete the buckets that are full again."""
    session.execute(delete(LoginThrottle).where(LoginThrottle.spent_until <= _milliseconds(now)))


def _spend(session: Session, key: str, present: int, cost: int, latest: int) -> bool:
    """Whether there was something left to spend; locks the row until the transaction ends."""
    spent = LoginThrottle.spent_until
    statement = (
        insert(LoginThrottle)
        .values(key=key, spent_until=present + cost)
        .on_conflict_do_update(
            index_elements=["key"],
            set_={"spent_until": case((spent > present, spent), else_=present) + cost},
            where=spent <= latest,
        )
        .returning(spent)
    )
    return session.execute(statement).first() is not None


def _key(kind: str, whom: str) -> str:
    return keyring().sign("throttle", f"{kind}\0{whom}")


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
