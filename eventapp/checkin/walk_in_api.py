"""What a door asks and sends about people who come without registration."""

from datetime import datetime
from typing import Annotated, Any

from email_validator import EmailNotValidError, validate_email
from flask import Blueprint, jsonify, request
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
)

from eventapp import clock
from eventapp.checkin.bearer import find_holder, find_paired
from eventapp.checkin.held_walk_ins import hold
from eventapp.checkin.rules import Verdict, corrected
from eventapp.checkin.walk_in_rules import NewWalkIn
from eventapp.checkin.walkins import register_walk_in
from eventapp.checkin.wire import Instant, SentId, problems
from eventapp.db import reading, transaction
from eventapp.errorpages import problem
from eventapp.errors import Refused
from eventapp.events.loading import get_definition
from eventapp.events.models import WalkIns
from eventapp.forms import one_line
from eventapp.registration.fields import LINE, NAME
from eventapp.registration.refusals import EventFull

walk_ins = Blueprint("walk_ins", __name__, url_prefix="/api/v1/checkin")


def _said(value: str) -> str:
    """One line of letters; something has to stand there."""
    tidy = one_line(value) or ""
    if not tidy:
        raise ValueError("must not be empty")
    return tidy


def _address(value: str) -> str:
    tidy = one_line(value) or ""
    if not tidy:
        return ""
    try:
        return validate_email(tidy, check_deliverability=False, allow_smtputf8=False).normalized
    except EmailNotValidError:
        raise ValueError("must be an address") from None


def _line(value: str) -> str:
    return one_line(value) or ""


_Name = Annotated[str, Field(max_length=NAME), AfterValidator(_said)]


class _Body(BaseModel):
    model_config = ConfigDict(strict=True)

    walk_in_id: SentId
    first_name: _Name
    last_name: _Name
    email: Annotated[str, Field(max_length=254), AfterValidator(_address)] = ""
    organisation: Annotated[str, Field(max_length=LINE), AfterValidator(_line)] = ""
    came_at: Instant
    sent_at: Instant | None = None
    beyond: bool = False
    let_in: bool = False

    def asked(self, now: datetime) -> NewWalkIn:
        """As the action takes it, by our clock; ids are compared without case."""
        return NewWalkIn(
            walk_in_id=self.walk_in_id.lower(),
            first_name=self.first_name,
            last_name=self.last_name,
            email=self.email,
            organisation=self.organisation or None,
            came_at=corrected(self.came_at, self.sent_at, now),
            beyond=self.beyond,
            let_in=self.let_in,
        )


@walk_ins.get("/<slug>/walk-ins")
def allowed(slug: str) -> Any:
    """Whether this door may register people, and whether past the last place."""
    with reading() as connection:
        device, refusal = find_holder(connection, slug, clock.now())
        if device is None:
            return refusal
        event = get_definition(connection, slug, device.site_revision)
    answer = jsonify(
        allowed=event.has_in_person and event.walk_ins is not None,
        may_exceed=event.walk_ins == WalkIns.BEYOND,
    )
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


@walk_ins.post("/<slug>/walk-ins", endpoint="register")
def register(slug: str) -> Any:
    """Registers one person and lets them in; may be sent again at will. Whom a device tells that
    holds no longer is kept for the office, as is whoever is refused but in the house already."""
    now = clock.now()
    body, wrong = _read_body()
    device = None
    try:
        with transaction() as session:
            device, no = find_paired(session.connection(), slug)
            if device is None:
                return no
            if body is None:
                return problem(422, "The walk-in is not valid.", errors=wrong)
            if not device.holds(now):
                hold(session, device, body.asked(now), now=now)
                return jsonify(walk_in_id=body.walk_in_id, verdict=Verdict.HELD), 202
            welcome = register_walk_in(session, device, body.asked(now), now=now)
    except Refused as refusal:
        if device and body and body.let_in:
            with transaction() as session:
                hold(session, device, body.asked(now), now=now, reason=refusal.code)
        more = {"may_exceed": _may_exceed(slug)} if isinstance(refusal, EventFull) else {}
        return problem(409, "Not registered.", type=refusal.code, **more)
    return jsonify(
        walk_in_id=body.walk_in_id,
        verdict=welcome.verdict,
        beyond=welcome.is_beyond,
        registration={"id": welcome.registration_id},
    )


def _may_exceed(slug: str) -> bool:
    """Whether the door may ask again with `beyond`."""
    with reading() as connection:
        return get_definition(connection, slug).walk_ins == WalkIns.BEYOND


def _read_body() -> tuple[_Body | None, dict[str, str]]:
    """What was sent, or what is wrong with it by field."""
    try:
        return _Body.model_validate_json(request.get_data()), {}
    except ValidationError as error:
        return None, problems(error)
