"""Certificates of attendance, once an event is over."""

from eventapp import clock
from eventapp.certificates import issuing, queries
from eventapp.db import reading, transaction
from eventapp.queue import celery_app, nudge
from workers import flask_app


@celery_app.task(name="certificates.issue")
def issue() -> None:
    """Give whoever has taken part theirs; event by event, so that none waits for another."""
    with flask_app.app_context():
        now, issued = clock.now(), 0
        with reading() as connection:
            due = queries.list_due(connection, now)
        for event_id in due:
            with transaction() as session:
                issued += issuing.look_at(session, event_id, now=now)
    if issued:
        nudge("mail.deliver")
