"""Making files that take long."""

from eventapp.exports.making import make_next
from eventapp.queue import celery_app, nudge
from workers import flask_app


@celery_app.task(name="exports.make")
def make() -> None:
    """Make one file that is due; ring again, since there may be more."""
    with flask_app.app_context():
        has_made = make_next()
    if has_made:
        nudge(make.name)
