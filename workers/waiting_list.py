"""What becomes of waiting lists as time passes."""

from eventapp import clock
from eventapp.db import reading, transaction
from eventapp.queue import celery_app, nudge
from eventapp.registration.due import list_due, settle_due
from workers import flask_app


@celery_app.task(name="waiting_list.settle")
def settle() -> None:
    """Let those move up who may since the clock went on, event by event: none waits for another."""
    with flask_app.app_context():
        with reading() as connection:
            due = list_due(connection, clock.now())
        for event_id in due:
            with transaction() as session:
                settle_due(session, event_id, now=clock.now())
    if due:
        nudge("mail.deliver")
