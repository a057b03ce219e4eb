"""Sending mail."""

from eventapp.mail.delivery import Pace, deliver_due
from eventapp.mail.transport import transport_for
from eventapp.ops import health
from eventapp.queue import celery_app
from workers import app, settings


@celery_app.task(name="mail.deliver")
def deliver() -> None:
    """Send all mail that is due, and show that a worker lives."""
    transport = transport_for(settings.smtp_url, settings.data_dir, settings.smtp_timeout)
    with app.app_context():
        health.beat()
        deliver_due(transport, Pace(settings.mail_lease, settings.mail_retry))
