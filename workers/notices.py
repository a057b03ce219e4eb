"""Telling of changes once they have been collected."""

from eventapp import clock
from eventapp.db import transaction
from eventapp.notices.actions import owe_due
from eventapp.queue import celery_app, nudge
from workers import flask_app


@celery_app.task(name="notices.owe")
def owe() -> None:
    """Owe the mails of every change whose time has come."""
    with flask_app.app_context(), transaction() as session:
        owed = owe_due(session, now=clock.now())
    if owed:
        nudge("mail.deliver")
