"""What is deleted because its time has come."""

from eventapp import clock
from eventapp.accounts import actions as accounts
from eventapp.announcing import actions as announcing
from eventapp.attendance import reports
from eventapp.audit import actions as audit
from eventapp.checkin import held_walk_ins
from eventapp.db import transaction
from eventapp.evaluation import actions as evaluation
from eventapp.exports import actions as exports
from eventapp.figures import actions as figures
from eventapp.invitations import actions as invitations
from eventapp.mail import keeping
from eventapp.messages import actions as messages
from eventapp.notices import actions as notices
from eventapp.organisations import importing as organisations
from eventapp.questions import actions as questions
from eventapp.queue import celery_app
from eventapp.registration import addresses
from eventapp.reminders import openings
from eventapp.reminders import sweep as reminders
from eventapp.returns import actions as returns
from workers import flask_app, settings

ROOMS = (
    accounts,
    addresses,
    announcing,
    audit,
    evaluation,
    exports,
    held_walk_ins,
    invitations,
    messages,
    notices,
    openings,
    organisations,
    questions,
    reminders,
    reports,
    returns,
)


@celery_app.task(name="figures.keep")
def keep_figures() -> None:
    """Keep the figures of what is over, so that they are there when people are deleted."""
    with flask_app.app_context(), transaction() as session:
        figures.keep_all(session, now=clock.now())


@celery_app.task(name="privacy.forget")
def forget() -> None:
    """Delete what has had its time; each feature knows its own. Twice does no harm."""
    with flask_app.app_context(), transaction() as session:
        for room in ROOMS:
            room.forget_old(session, now=clock.now())
        keeping.forget_old(session, days=settings.mail_keep, now=clock.now())
