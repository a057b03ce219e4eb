"""What the scanners talk to: scans in batches, the roster, and the head count for their bar.

A device proves itself by its token; no cookie, no CSRF token. A batch may be sent again at will.
"""

import gzip
from datetime import datetime
from typing import Annotated, Any, Literal

from flask import Blueprint, Response, jsonify, request
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from eventapp import clock
from eventapp.calendar_files import gzip_tag, matching_tag
from eventapp.checkin.actions import Batch, NewScan, record_scans
from eventapp.checkin.bearer import find_holder, find_paired, sent_token
from eventapp.checkin.devices import PairedDevice
from eventapp.checkin.guests import Guest, told_item
from eventapp.checkin.head_counts import count_guests
from eventapp.checkin.names import find_names
from eventapp.checkin.pairing import is_worth_noting, note_contact
from eventapp.checkin.queries import Answer
from eventapp.checkin.roster import load_roster
from eventapp.checkin.roster_tag import find_tag
from eventapp.checkin.rules import MOST_SCANS
from eventapp.checkin.wire import Instant, SentId, problems
from eventapp.db import reading, transaction
from eventapp.errorpages import problem
from eventapp.events.loading import get_definition

sync = Blueprint("checkin_sync", __name__, url_prefix="/api/v1/checkin")

MOST_WAITING = 1_000_000


class _ScanBody(BaseModel):
    model_config = ConfigDict(strict=True)

    scan_id: SentId
    code: Annotated[str, Field(max_length=500)]
    scanned_at: Instant
    direction: Literal["in", "out"] = "in"
    programme_item: Annotated[str | None, Field(max_length=80)] = None
    undone_at: Instant | None = None
    let_in: bool | None = None


class _BatchBody(BaseModel):
    model_config = ConfigDict(strict=True)

    scans: Annotated[list[_ScanBody], Field(max_length=MOST_SCANS)]
    sent_at: Instant | None = None


@sync.post("/<slug>/scans")
def scans(slug: str) -> Any:
    """Take a batch and answer each scan; 202 where a withdrawn device's scans are held."""
    now = clock.now()
    body, wrong = _read_body()
    with transaction() as session:
        device, refusal = find_paired(session.connection(), slug)
        if device is None:
            return refusal
        if body is None:
            return _invalid(wrong)
        answers = record_scans(session, device, _batch(body), now=now)
    pairs = zip(body.scans, answers, strict=True)
    return jsonify(
        results=[_result(sent.scan_id, answer) for sent, answer in pairs]
    ), 200 if device.holds(now) else 202


@sync.get("/<slug>/status")
def status(slug: str) -> Any:
    """How many are there and how many are expected; polled, so with an ETag."""
    now = clock.now()
    with reading() as connection:
        device, refusal = find_holder(connection, slug, now)
        if device is None:
            return refusal
        event = get_definition(connection, slug, device.site_revision)
        count = count_guests(connection, event, now)
    _note_contact(device, now)
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
        device, refusal = find_holder(connection, slug, clock.now())
        if device is None:
            return refusal
        event = get_definition(connection, slug, device.site_revision)
        if not event.names_at_door:
            return problem(403, "Names are not for this door.")
        try:
            body = _NamesBody.model_validate_json(request.get_data())
        except ValidationError as error:
            return _invalid(problems(error))
        found = find_names(connection, event, body.words)
    response = jsonify(guests=[_without_empty(vars(each)) for each in found])
    response.headers["Cache-Control"] = "private, no-store"
    return response


@sync.get("/<slug>/roster")
def roster(slug: str) -> Any:
    """What a device needs without a network; asked for again with the tag of the last one."""
    now = clock.now()
    with reading() as connection:
        device, refusal = find_holder(connection, slug, now)
        if device is None:
            return refusal
        tag = find_tag(connection, device, sent_token(), now)
        known = matching_tag(request.headers.get("If-None-Match", ""), tag)
        body = b"" if known else load_roster(connection, device, sent_token(), now)
    return _unchanged(known) if known else _tagged(body, tag)


def _tagged(body: bytes, tag: str) -> Response:
    """JSON with a strong tag for each of its forms, compressed where the device takes that."""
    is_gzip = request.accept_encodings["gzip"] > 0
    response = _for_one_device(gzip_tag(tag) if is_gzip else tag)
    if is_gzip:
        response.headers["Content-Encoding"] = "gzip"
    response.set_data(gzip.compress(body, 4, mtime=0) if is_gzip else body)
    return response


def _unchanged(known: str) -> Response:
    response = _for_one_device(known)
    response.status_code = 304
    return response


def _for_one_device(tag: str) -> Response:
    response = Response(mimetype="application/json")
    response.headers["Cache-Control"] = "private, no-store"
    response.vary.add("Accept-Encoding")
    response.set_etag(tag)
    return response


def _note_contact(device: PairedDevice, now: datetime) -> None:
    """Written when it is news; a device asks every few seconds."""
    waiting = request.args.get("waiting", type=int)
    if waiting is not None and not 0 <= waiting < MOST_WAITING:
        waiting = None
    if is_worth_noting(device, waiting, now):
        with transaction() as session:
            note_contact(session, device.id, waiting=waiting, now=now)


def _read_body() -> tuple[_BatchBody | None, dict[str, str]]:
    """The batch, or what is wrong with it by field."""
    try:
        return _BatchBody.model_validate_json(request.get_data()), {}
    except ValidationError as error:
        return None, problems(error)


def _batch(body: _BatchBody) -> Batch:
    """Ids are compared without case and answered as they were sent."""
    scans = [
        NewScan(
            each.scan_id.lower(),
            each.code,
            each.scanned_at,
            each.direction,
            each.programme_item,
            each.undone_at,
            each.let_in,
        )
        for each in body.scans
    ]
    return Batch(scans, body.sent_at)


def _invalid(wrong: dict[str, str]) -> Response:
    names = ", ".join(sorted(wrong)[:5])
    return problem(422, "The batch is not valid.", detail=f"See: {names}", errors=wrong)


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
        "items": [told_item(item) for item in guest.items],
        "no_photo": guest.no_photo,
        "companion": guest.has_companion,
    }
    return _without_empty(said)


def _without_empty(said: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in said.items() if value}
