"""The Celery object, and the doorbell.

A row in the database is the truth of what has to be done; a task only says "look now". So ringing
may fail, may be lost, and may be merged with another ring: the sweep finds the row anyway.
"""

import logging
import os
import threading
import time

from celery import Celery
from kombu.transport.redis import Channel

log = logging.getLogger(__name__)

# A ring is not kept: the sweep makes good what a killed worker took with it. Kombu's keeping (late
# acknowledgement, putting back at a broken connection) ends the whole worker when the broker dies
# while a task runs: closing, it asks the connection it has just lost.
Channel.do_restore = False

celery_app = Celery("eventapp")
celery_app.conf.update(
    worker_prefetch_multiplier=1,
    worker_max_memory_per_child=400_000,  # KB; a PDF of thousands of people leaves twice as much
    broker_transport_options={
        "ack_emulation": False,
        "socket_connect_timeout": 2,
        "socket_timeout": 10,
    },
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,  # a worker outlives its broker
    task_ignore_result=True,
    task_serializer="json",
    accept_content=["json"],
    task_create_missing_queues=True,
    task_publish_retry=False,
    worker_hijack_root_logger=False,
    timezone="UTC",
)


PAUSE = 0.2  # seconds


class Doorbell:
    """Rings for tasks from a thread of its own: at once, then no more than every `PAUSE`, merging
    the rings that come meanwhile. A ring costs as much as half a sign-up.

    The caller never waits for the broker and never sees it fail.
    """

    def __init__(self) -> None:
        self._due: set[str] = set()
        self._wake = threading.Condition()
        self._owner: int | None = None

    def ring(self, task_name: str) -> None:
        with self._wake:
            self._due.add(task_name)
            if self._owner != os.getpid():  # threads do not survive a fork
                self._owner = os.getpid()
                threading.Thread(target=self._run, name="doorbell", daemon=True).start()
            self._wake.notify()

    def _run(self) -> None:
        while True:
            with self._wake:
                self._wake.wait_for(lambda: self._due)
                task_name = self._due.pop()
            try:
                celery_app.send_task(task_name, expires=60)
            except Exception as error:  # noqa: BLE001  whatever the broker's trouble, the sweep finds the row
                log.warning("doorbell for %s not rung: %s", task_name, error)
            time.sleep(PAUSE)


_doorbell = Doorbell()
_is_on = False


def configure(broker_url: str, *, nudges: bool) -> None:
    """Name the broker (a Celery URL; empty: there is none) and whether nudges are sent at all."""
    global _is_on
    _is_on = nudges and bool(broker_url)
    celery_app.conf.update(broker_url=broker_url)


def nudge(task_name: str) -> None:
    """Ask a worker to look for work of this kind now. Never raises, never waits."""
    if _is_on:
        _doorbell.ring(task_name)
