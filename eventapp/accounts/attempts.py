"""Counting the attempts of this request's reader; off with `RATE_LIMITS=off`."""

from flask import current_app, request

from eventapp import clock
from eventapp.accounts import throttle
from eventapp.db import transaction


def count(act: throttle.Act, whom: str) -> list[throttle.Bucket]:
    """Pay for an attempt before anything is looked at, for known and unknown alike; what was paid.
    Raises `TooMany`, also for whoever would have been right: a refusal tells nothing."""
    if not current_app.config["SETTINGS"].rate_limits:
        return []
    paid = throttle.buckets(act, whom, request.remote_addr or "")
    with transaction() as session:
        throttle.take(session, paid, now=clock.now())
    return paid
