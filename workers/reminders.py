"""Mails whose time comes by itself."""

from eventapp import clock
from eventapp.db import transaction
from eventapp.queue import celery_app, nudge
from eventapp.reminders import coming, evaluations, openings, sweep
from workers import flask_app


@celery_app.task(name="reminders.openings")
def tell_of_openings() -> None:
    """Owe the mail that sign-up is open to all who wait for it."""
    with flask_app.app_context(), transaction() as session:
        told = openings.tell(session, now=clock.now())
    if told:
        nudge("mail.deliver")


@celery_app.task(name="reminders.coming")
def ask_who_comes() -> None:
    """Owe the question to all whose event is a day ahead."""
    with flask_app.app_context(), transaction() as session:
        asked = coming.ask(session, now=clock.now())
    if asked:
        nudge("mail.deliver")


@celery_app.task(name="reminders.remind")
def remind() -> None:
    """Owe the reminders and follow-ups that are due."""
    with flask_app.app_context(), transaction() as session:
        owed = sweep.remind(session, now=clock.now())
    if owed:
        nudge("mail.deliver")


@celery_app.task(name="reminders.evaluations")
def ask_how_it_was() -> None:
    """Owe the question to all who were there and whom no follow-up asks."""
    with flask_app.app_context(), transaction() as session:
        asked = evaluations.ask(session, now=clock.now())
    if asked:
        nudge("mail.deliver")
