"""What the forms of planning carry along, and where an event begins its calendar entries."""

from collections.abc import Callable
from datetime import datetime

from flask import current_app, request
from sqlalchemy.orm import Session

from eventapp import clock
from eventapp.accounts.access import me
from eventapp.events.values import Origin
from eventapp.forms import new_form_token
from eventapp.planning.once import once

_LONGEST = 200


def form_token() -> str:
    """The name of this one form: the one it came with, else a new one."""
    return _sent() or new_form_token(clock.now())


def made_once(session: Session, now: datetime, make: Callable[[], str]) -> tuple[str, bool]:
    """What the form of this request made, now or with an earlier click; see `once`."""
    return once(session, _sent(), by=me().account_id, now=now, make=make)


def _sent() -> str:
    return request.form.get("form_token", "")[:_LONGEST]


def origin() -> Origin:
    """What this installation gives to calendar entries born in it."""
    return Origin.of(current_app.config["SETTINGS"])
