"""The pages of a list of places: choose the file, look, make the events, send their links out."""

import base64
import json
import zlib
from collections.abc import Sequence
from datetime import timedelta

from cryptography.exceptions import InvalidTag
from flask import abort, current_app, redirect, request, url_for
from werkzeug import Response

from eventapp import clock
from eventapp.accounts.access import me, render_console
from eventapp.audit.actions import note
from eventapp.db import reading, transaction
from eventapp.downloads import as_file
from eventapp.errorpages import sentence
from eventapp.errors import Busy, Refused
from eventapp.events.definition import EventDefinition
from eventapp.events.models import EventStatus
from eventapp.events.noting import note_mine
from eventapp.events.permitted import get_permitted
from eventapp.forms import set_error
from eventapp.languages import gettext as _
from eventapp.networks.access import asks
from eventapp.networks.rules import Permission
from eventapp.paging import Page, asked_page
from eventapp.partners import places
from eventapp.partners.place_columns import Row, rows_of
from eventapp.partners.place_forms import PlacesForm, checked
from eventapp.partners.places import MOST_PLACES, ColumnsMissing
from eventapp.partners.routes import places_console as console
from eventapp.planning.offering import my_networks
from eventapp.planning.sending import origin
from eventapp.spreadsheets import write_csv
from eventapp.table_files import MOST_BYTES, TooManyRows, read
from eventapp.tokens import keyring
from eventapp.web import takes_upload

Answer = str | tuple[str, int] | Response
MOST_SENT = 3 * MOST_BYTES  # so that a file a little too large is refused with a sentence
_HELD = timedelta(hours=24)


@console.get("", endpoint="list")
@asks(Permission.EVENTS_EDIT)
def list_(slug: str) -> Answer:
    """The places made from this event, and the form for a list of more."""
    return _show(_pattern(slug), PlacesForm(None))


@console.post("", endpoint="upload")
@asks(Permission.EVENTS_EDIT)
@takes_upload(MOST_SENT)
def upload(slug: str) -> Answer:
    """What would become of the list; changes nothing."""
    pattern, form = _pattern(slug), PlacesForm(request.form, request.files)
    if not form.validate():
        return _show(pattern, form), 422
    try:
        rows = _rows(form.content)
    except Refused as refusal:
        set_error(form.file, sentence(refusal))
        return _show(pattern, form), 422
    return _preview(pattern, rows)


@console.post("/make")
@asks(Permission.EVENTS_EDIT)
def make(slug: str) -> Answer:
    """The events of the list that was looked at, in one transaction."""
    pattern = _pattern(slug)
    rows = _opened(request.form.get("rows", ""), pattern)
    if rows is None:
        form = PlacesForm(None)
        set_error(form.file, _("Das hat zu lange gedauert. Wählen Sie die Datei noch einmal."))
        return _show(pattern, form), 422
    with reading() as connection:
        regions = places.list_regions(connection)
    found, problems = checked(rows, regions)
    if problems:
        return _preview(pattern, rows)
    is_published = request.form.get("status") == "published"
    status = EventStatus.PUBLISHED if is_published else EventStatus.DRAFT
    now, by = clock.now(), me().account_id
    try:
        with transaction() as session:
            made = places.make_places(
                session, pattern, found, status=status, origin=origin(), by=by, now=now
            )
            if made:
                note(
                    session,
                    "places.made",
                    by=by,
                    now=now,
                    network_id=pattern.network.id,
                    event_id=pattern.id,
                    after={"rows": len(made), "status": status.value},
                )
    except Busy:
        return _preview(pattern, rows, is_busy=True)
    return redirect(url_for("places.list", slug=slug, done="made" if made else "again"), 303)


@console.get("/links.csv")
@asks(Permission.EVENTS_EDIT)
def links(slug: str) -> Response:
    """Who gets which link, to be sent out; noted as an export."""
    pattern = _pattern(slug)
    with reading() as connection:
        found = places.list_links(connection, pattern.id)
    with transaction() as session:
        note_mine(
            session,
            "places.exported",
            pattern,
            after={"rows": len(found), "format": "csv"},
        )
    headings = [_("Partner"), _("E-Mail-Adresse"), _("Titel"), _("Tag"), _("Ort"), _("Link")]
    lines = [
        (row.name, row.email, row.title, row.first_day, row.venue_city or row.venue_name, _url(key))
        for row, key in found
    ]
    return as_file(write_csv(headings, lines), "links.csv")


def _url(token: str) -> str:
    address = url_for("partner.date", token=token, lang=None)
    return f"{current_app.config['SETTINGS'].public_url}{address}"


def _pattern(slug: str) -> EventDefinition:
    """Whoever may edit one event only makes no others beside it."""
    event, _mine = get_permitted(slug, Permission.EVENTS_EDIT)
    if event.network.id not in {node.id for node, _depth in my_networks()}:
        abort(403)
    return event


def _rows(content: bytes) -> list[Row]:
    """Raises `Refused` where the file cannot be read, or names neither days nor places."""
    columns, rows = rows_of(read(content))
    if "starts_on" not in columns or not columns & {"venue_name", "venue_city"}:
        raise ColumnsMissing
    if len(rows) > MOST_PLACES:
        raise TooManyRows(most=MOST_PLACES)
    return rows


def _sealed(rows: Sequence[Row], pattern: EventDefinition) -> str:
    """The list on its way through the browser, where nobody reads or changes it."""
    packed = zlib.compress(json.dumps([(row.line, row.cells) for row in rows]).encode())
    now = clock.now().timestamp()
    held = [pattern.id, me().account_id, now, base64.b64encode(packed).decode()]
    return base64.b64encode(keyring().seal(held)).decode()


def _opened(sent: str, pattern: EventDefinition) -> list[Row] | None:
    """None for what is not ours, of another event or account, or a day old."""
    try:
        event_id, account_id, at, packed = keyring().open(base64.b64decode(sent, validate=True))
    except (InvalidTag, ValueError):
        return None
    is_ours = (event_id, account_id) == (pattern.id, me().account_id)
    if not is_ours or clock.now().timestamp() - at > _HELD.total_seconds():
        return None
    lines = json.loads(zlib.decompress(base64.b64decode(packed)))
    return [Row(line, cells) for line, cells in lines]


def _preview(pattern: EventDefinition, rows: Sequence[Row], *, is_busy: bool = False) -> Answer:
    with reading() as connection:
        regions = places.list_regions(connection)
        known = places.list_keys(connection, pattern.id)
    found, problems = checked(rows, regions)
    busy = _("Gerade ist sehr viel los. Es wurde nichts gespeichert. Bitte noch einmal senden.")
    page = render_console(
        "partners/places_preview.html",
        tab="events",
        e=pattern,
        new=[each for each in found if each.key not in known],
        known=[each for each in found if each.key in known],
        problems=problems,
        rows="" if problems else _sealed(rows, pattern),
        errors=[("", busy)] if is_busy else [],
    )
    return page, (503 if is_busy else 422 if problems else 200)


def _show(pattern: EventDefinition, form: PlacesForm) -> str:
    with reading() as connection:
        total = places.count_places(connection, pattern.id)
        page = Page(asked_page(request.args.get("page")), total, 50)
        rows = places.list_places(connection, pattern.id, page)
    return render_console(
        "partners/places.html",
        tab="events",
        e=pattern,
        form=form,
        rows=rows,
        page=page,
        url=lambda number: url_for("places.list", slug=pattern.slug, page=number),
        errors=form.problems(),
        done=request.args.get("done"),
    )
