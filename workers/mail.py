"""Sending mail."""

import threading
from functools import partial

from celery import signals

from eventapp.mail.delivery import ROUND, Pace, deliver_due
from eventapp.mail.domain_pace import DomainPace
from eventapp.mail.transport import transport_for
from eventapp.ops import health
from eventapp.ops.broker import cache
from eventapp.queue import celery_app, nudge
from workers import flask_app, settings


class _Own(threading.local):
    """One way out per thread of a worker process, opened at its first mail and kept."""

    def __init__(self) -> None:
        self.transport = transport_for(settings.smtp_url, settings.data_dir, settings.smtp_timeout)
        self.domains = DomainPace(
            partial(cache, settings),
            together=settings.mail_per_domain,
            alone=settings.mail_per_domain_alone,
        )


_own = _Own()


@celery_app.task(name="mail.deliver")
def deliver() -> None:
    """Send mail that is due, and show that a worker lives; ring again if there may be more."""
    with flask_app.app_context():
        health.beat()
        pace = Pace(settings.mail_lease, settings.mail_retry)
        handled = deliver_due(_own.transport, pace, _own.domains if settings.smtp_url else None)
        health.beat()
    if handled >= ROUND:
        nudge(deliver.name)


@signals.worker_process_shutdown.connect
def _say_goodbye(**_: object) -> None:
    _own.transport.close()
    _own.domains.close()
