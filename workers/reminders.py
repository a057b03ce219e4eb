"""Mails whose time comes by itself."""

from eventapp import clock
from eventapp.db import transaction
from eventapp.queue import celery_app, nudge
from eventapp.reminders import openings
from workers import flask_app


@celery_app.task(name="reminders.openings")
def tell_of_openings() -> None:
    """Owe the mail that sign-up is open to all who wait for it."""
    with flask_app.app_context(), transaction() as session:
        told = openings.tell(session, now=clock.now())
    if told:
        nudge("mail.deliver")
