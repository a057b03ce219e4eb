"""How many mails a minute go to one receiving domain.

All workers together count in Redis, by clock minutes. While it does not answer, each process counts
for itself, up to a lower number, which is safe for several of them.
"""

import logging
import time
from collections import Counter
from collections.abc import Callable

from redis import Redis, RedisError

from eventapp import clock

log = logging.getLogger(__name__)

MINUTE = 60
LATEST = 10 * MINUTE  # seconds; what is put off for longer is asked again then
ASK_AGAIN = 30.0  # seconds until Redis, which did not answer, is asked again


class DomainPace:
    """Counts for one process; `connect` gives a client of Redis that does not wait long."""

    def __init__(self, connect: Callable[[], Redis], *, together: int, alone: int) -> None:
        self._connect = connect
        self._together, self._alone = together, alone
        self._redis: Redis | None = None
        self._asks_again_at = 0.0
        self._own: Counter[str] = Counter()
        self._own_minute = 0

    def wait(self, recipient: str, *, is_of_many: bool) -> float:
        """Seconds until it is the turn of a mail to this address; 0: now, and it is counted.

        What is one of many takes three quarters at most: who signs up meanwhile does not wait for
        a message to thousands. Those beyond the number are spread over the minutes to come.
        """
        minute, second = divmod(clock.now().timestamp(), MINUTE)
        counted, most = self._count(recipient.rpartition("@")[2].casefold(), int(minute))
        most = max(most * 3 // 4, 1) if is_of_many else most
        if counted <= most:
            return 0.0
        ahead, place = divmod(counted - 1, most)
        return min(ahead * MINUTE - second + MINUTE * place / most, LATEST)

    def close(self) -> None:
        """Give the connection back; the next question opens one anew."""
        if self._redis is not None:
            self._redis.close()
            self._redis = None

    def _count(self, domain: str, minute: int) -> tuple[int, int]:
        """The how many-th of this minute it is, and how many there may be."""
        if time.monotonic() >= self._asks_again_at:
            try:
                return self._count_together(f"mail:{domain}:{minute}"), self._together
            except RedisError as error:
                log.warning("mails to one domain are counted by each process alone: %s", error)
                self._asks_again_at = time.monotonic() + ASK_AGAIN
                self.close()
        if minute != self._own_minute:
            self._own_minute = minute
            self._own.clear()
        self._own[domain] += 1
        return self._own[domain], min(self._alone, self._together)

    def _count_together(self, key: str) -> int:
        if self._redis is None:
            self._redis = self._connect()
        with self._redis.pipeline(transaction=False) as both:
            both.incr(key)
            both.expire(key, 2 * MINUTE)
            return int(both.execute()[0])
