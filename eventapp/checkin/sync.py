"""What the scanners talk to: scans in batches, and the head count for their bar.

A device proves itself by its token; no cookie, no CSRF token. A batch may be sent again at will.
"""

from datetime import datetime
from typing import Annotated, Any, Literal

from flask import Blueprint, Response, jsonify, request
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import Connection

from eventapp import clock
from eventapp.checkin.actions import Batch, NewScan, record_scans
from eventapp.checkin.names import find_names
from eventapp.checkin.queries import (
    Answer,
    Guest,
    PairedDevice,
    count_guests,
    find_device,
)
from eventapp.checkin.rules import MOST_SCANS
from eventapp.db import reading, transaction
from eventapp.errorpages import problem
from eventapp.events.definition import ItemDefinition
from eventapp.events.loading import get_definition

sync = Blueprint("checkin_sync", __name__, url_prefix="/api/v1/checkin")

_UUID = r"^[0-9A-Fa-f]{8}-([0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}$"


def _in_our_time(value: datetime) -> datetime:
    """Shifting a scan's time must not leave the calendar."""
    if not 2000 <= value.year < 2200:
        raise ValueError("must lie between 2000 and 2200")
    return value


_Instant = Annotated[AwareDatetime, AfterValidator(_in_our_time)]


class _ScanBody(BaseModel):
    model_config = ConfigDict(strict=True)

    scan_id: Annotated[str, Field(pattern=_UUID)]
    code: Annotated[str, Field(max_length=500)]
    scanned_at: _Instant
    direction: Literal["in", "out"] = "in"
    programme_item: Annotated[str | None, Field(max_length=80)] = None
    undone_at: _Instant | None = None


class _BatchBody(BaseModel):
    model_config = ConfigDict(strict=True)

    scans: Annotated[list[_ScanBody], Field(max_length=MOST_SCANS)]
    sent_at: _Instant | None = None


@sync.post("/<slug>/scans")
def scans(slug: str) -> Any:
    """Take a batch and answer each scan; 202 where a withdrawn device's scans are held."""
    now = clock.now()
    body, problems = _read_body()
    with transaction() as session:
        device = _device(session.connection())
        if device is None:
            return _no_such_device()
        if device.event_slug != slug:
            return problem(403, "This device is paired with another event.")
        if body is None:
            return _invalid(problems)
        answers = record_scans(session, device, _batch(body), now=now)
    pairs = zip(body.scans, answers, strict=True)
    return jsonify(
        results=[_result(sent.scan_id, answer) for sent, answer in pairs]
    ), 200 if device.holds(now) else 202


@sync.get("/<slug>/status")
def status(slug: str) -> Any:
    """How many are there and how many are expected; polled, so with an ETag."""
    with reading() as connection:
        device = _device(connection)
        if device is None:
            return _no_such_device()
        if device.event_slug != slug or not device.holds(clock.now()):
            return problem(403, "This device may not scan here.")
        event = get_definition(connection, slug)
        count = count_guests(connection, event, clock.now())
    response = jsonify(present=count.present, expected=count.expected)
    response.set_etag(f"{count.present}-{count.expected}")
    response.headers["Cache-Control"] = "private, no-cache"
    return response.make_conditional(request)


class _NamesBody(BaseModel):
    model_config = ConfigDict(strict=True)

    words: Annotated[str, Field(max_length=100)]


@sync.post("/<slug>/names")
def names(slug: str) -> Any:
    """Guests by name, ten at most; 403 where the door may not know names. A POST, so that no name
    stands in a log of addresses."""
    with reading() as connection:
        device = _device(connection)
        if device is None:
            return _no_such_device()
        if device.event_slug != slug or not device.holds(clock.now()):
            return problem(403, "This device may not scan here.")
        event = get_definition(connection, slug)
        if not event.names_at_door:
            return problem(403, "Names are not for this door.")
        try:
            body = _NamesBody.model_validate_json(request.get_data())
        except ValidationError as error:
            return _invalid(_problems(error))
        found = find_names(connection, event, body.words)
    response = jsonify(guests=[_without_empty(vars(each)) for each in found])
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _device(connection: Connection) -> PairedDevice | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    is_bearer = scheme.casefold() == "bearer" and bool(token)
    return find_device(connection, token.strip()) if is_bearer else None


def _no_such_device() -> Response:
    response = problem(401, "This device is not paired.")
    response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _read_body() -> tuple[_BatchBody | None, dict[str, str]]:
    """The batch, or what is wrong with it by field."""
    try:
        return _BatchBody.model_validate_json(request.get_data()), {}
    except ValidationError as error:
        return None, _problems(error)


def _problems(error: ValidationError) -> dict[str, str]:
    return {
        ".".join(str(part) for part in each["loc"]) or "body": each["msg"]
        for each in error.errors(include_url=False)
    }


def _batch(body: _BatchBody) -> Batch:
    """Ids are compared without case (RFC 9562, 4) and answered as they were sent."""
    scans = [NewScan(**{**vars(scan), "scan_id": scan.scan_id.lower()}) for scan in body.scans]
    return Batch(scans, body.sent_at)


def _invalid(problems: dict[str, str]) -> Response:
    names = ", ".join(sorted(problems)[:5])
    return problem(422, "The batch is not valid.", detail=f"See: {names}", errors=problems)


def _result(sent_id: str, answer: Answer) -> dict[str, Any]:
    result: dict[str, Any] = {"scan_id": sent_id, "verdict": answer.verdict}
    if answer.guest:
        result["registration"] = _guest(answer.guest)
    if answer.admission:
        at = answer.admission.scanned_at.isoformat()
        result["first_scan"] = {"at": at, "door": answer.admission.door}
    return result


def _guest(guest: Guest) -> dict[str, Any]:
    said = {
        "id": guest.id,
        "name": guest.name,
        "status": guest.status,
        "organisation": guest.organisation,
        "note": guest.note,
        "items": [_item(item) for item in guest.items],
        "no_photo": guest.no_photo,
        "companion": guest.has_companion,
    }
    return _without_empty(said)


def _without_empty(said: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in said.items() if value}


def _item(item: ItemDefinition) -> dict[str, Any]:
    return {"letter": item.letter, "title": item.title, "room": item.room}
