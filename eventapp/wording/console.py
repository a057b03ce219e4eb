"""The texts of an event's or a network's mails: list, form, preview, test, release.

One set of pages for both: `place` in the address says which.
"""

from typing import Any

from flask import Blueprint, abort, redirect, request
from sqlalchemy.orm import Session
from werkzeug import Response

from eventapp import clock
from eventapp.accounts.access import me, render_console
from eventapp.audit.actions import note
from eventapp.db import reading, transaction
from eventapp.downloads import as_file
from eventapp.errorpages import sentence
from eventapp.errors import NotFound, Refused
from eventapp.mail.framed import framed
from eventapp.mail.kinds import Draft
from eventapp.mail.render import texts
from eventapp.networks.access import asks
from eventapp.networks.rules import Permission
from eventapp.queue import nudge
from eventapp.wording import actions
from eventapp.wording.applying import sample
from eventapp.wording.forms import WordingForm, known_placeholders
from eventapp.wording.offers import Offer, offers
from eventapp.wording.places import Place, load
from eventapp.wording.queries import list_wordings
from eventapp.wording.rules import Section

BASE = "/organise/<any(events,networks):place>/<slug>/texts"
console = Blueprint("wording", __name__, url_prefix=BASE)

Answer = str | tuple[str, int] | Response


@console.get("", endpoint="list")
@asks(Permission.MESSAGES_SEND)
def list_(place: str, slug: str) -> str:
    """Every kind of mail with sections, and whose text it has."""
    where = load(place, slug)
    with reading() as connection:
        rows = list_wordings(connection, **where.scope)
        inherited = where.inherited(connection)
    return render_console(
        "wording/list.html",
        tab=where.tab,
        where=where,
        offers=offers().values(),
        rows=rows,
        inherited=inherited,
        done=request.args.get("done"),
    )


@console.get("/<kind>")
@asks(Permission.MESSAGES_SEND)
def edit(place: str, slug: str, kind: str) -> Answer:
    """The form, with the draft where there is one."""
    where, offered = load(place, slug), _offered(kind)
    row = _row(where, kind)
    return _show_form(where, offered, _form(offered, row, None))


@console.post("/<kind>", endpoint="edit_post")
@asks(Permission.MESSAGES_SEND)
def edit_post(place: str, slug: str, kind: str) -> Answer:
    """Keeps it as a draft; 303 to the preview, or the filled form with what is wrong."""
    where, offered = load(place, slug), _offered(kind)
    form, now = _form(offered, None, request.form), clock.now()
    if not form.validate():
        return _show_form(where, offered, form), 422
    try:
        with transaction() as session:
            actions.save_draft(session, kind, form.texts, seen=form.seen, now=now, **where.scope)
            _note(session, "wording.drafted", where, kind, after=_logged(form.texts))
    except Refused as refusal:
        form.form_errors = [sentence(refusal)]
        form.revision.data = str(_revision(_row(where, kind)))
        return _show_form(where, offered, form), 422
    return redirect(where.url("wording.preview", kind=kind), 303)


@console.get("/<kind>/preview")
@asks(Permission.MESSAGES_SEND)
def preview(place: str, slug: str, kind: str) -> Answer:
    """The mail as it would be; without a draft back to the form."""
    where, offered = load(place, slug), _offered(kind)
    row = _row(where, kind)
    if row is None or row.draft is None:
        return redirect(where.url("wording.edit", kind=kind), 303)
    return _show_preview(where, offered, row)


@console.get("/<kind>/mail")
@asks(Permission.MESSAGES_SEND)
def mail_html(place: str, slug: str, kind: str) -> Response:
    """The mail as a mail program shows it, for the frame of the preview."""
    _subject, _plain, html = texts(*_drafted(place, slug, kind))
    return framed(html)


@console.get("/<kind>/file")
@asks(Permission.MESSAGES_SEND)
def mail_file(place: str, slug: str, kind: str) -> Response:
    """The PDF that hangs on the mail, with the draft's texts."""
    pdf = _drafted(place, slug, kind)[1].pdf
    if pdf is None:
        raise NotFound
    return as_file(pdf.make(pdf.said), pdf.name, is_shown=True)


def _drafted(place: str, slug: str, kind: str) -> tuple[str, Draft]:
    """The mail with the draft's texts, as its kind and what it holds. Raises `NotFound`."""
    where, _known = load(place, slug), _offered(kind)
    row = _row(where, kind)
    if row is None or row.draft is None or where.shown is None:
        raise NotFound
    return sample(where.shown, kind, row.draft, _language())


@console.post("/<kind>/test")
@asks(Permission.MESSAGES_SEND)
def test(place: str, slug: str, kind: str) -> Answer:
    """One mail to oneself."""
    where, _known = load(place, slug), _offered(kind)
    row = _row(where, kind)
    if row is None or row.draft is None or where.shown is None:
        return redirect(where.url("wording.edit", kind=kind, done="late"), 303)
    in_english, now = _language() == "en", clock.now()
    with transaction() as session:
        actions.owe_test(
            session, row.id, me().account_id, where.shown.id, in_english=in_english, now=now
        )
        _note(session, "wording.tested", where, kind)
    nudge("mail.deliver")
    return redirect(where.url("wording.preview", kind=kind, mail=_language(), done="tested"), 303)


@console.post("/<kind>/release")
@asks(Permission.MESSAGES_SEND)
def release(place: str, slug: str, kind: str) -> Answer:
    """From now on every mail says it."""
    where, offered = load(place, slug), _offered(kind)
    try:
        with transaction() as session:
            row = actions.release(session, kind, seen=_seen(), now=clock.now(), **where.scope)
            before, after = _logged(row.live), _logged(row.draft)
            _note(session, "wording.released", where, kind, before=before, after=after)
    except Refused as refusal:
        return _refused(where, offered, refusal)
    return redirect(where.url("wording.list", done="released"), 303)


@console.post("/<kind>/discard")
@asks(Permission.MESSAGES_SEND)
def discard(place: str, slug: str, kind: str) -> Answer:
    """Deletes the draft; the mails stay as they are."""
    where, offered = load(place, slug), _offered(kind)
    try:
        with transaction() as session:
            actions.discard(session, kind, seen=_seen(), now=clock.now(), **where.scope)
            _note(session, "wording.discarded", where, kind)
    except Refused as refusal:
        return _refused(where, offered, refusal)
    return redirect(where.url("wording.list", done="discarded"), 303)


def _offered(kind: str) -> Offer:
    """Raises `NotFound`."""
    found = offers().get(kind)
    if found is None:
        raise NotFound
    return found


def _row(where: Place, kind: str) -> Any:
    with reading() as connection:
        return list_wordings(connection, **where.scope).get(kind)


def _revision(row: Any) -> int:
    return row.revision if row else 0


def _seen() -> int:
    sent = request.form.get("revision", "")
    if not (sent.isascii() and sent.isdigit() and len(sent) < 9):
        abort(400)
    return int(sent)


def _language() -> str:
    return "en" if request.values.get("mail") == "en" else "de"


def _form(offered: Offer, row: Any, sent: Any) -> WordingForm:
    said = (row.live if row.draft is None else row.draft) if row else {}
    return WordingForm(sent, sections=offered.sections, texts=said, revision=_revision(row))


def _show_form(where: Place, offered: Offer, form: WordingForm) -> str:
    return render_console(
        "wording/edit.html",
        tab=where.tab,
        where=where,
        offer=offered,
        form=form,
        placeholders=known_placeholders(),
        is_late=request.args.get("done") == "late",
        errors=form.problems(),
    )


def _show_preview(
    where: Place, offered: Offer, row: Any, errors: list[tuple[str, str]] | None = None
) -> str:
    subject, plain, has_file = "", "", False
    if where.shown is not None:
        shown, draft = sample(where.shown, offered.kind, row.draft, _language())
        subject, plain, _html = texts(shown, draft)
        has_file = draft.pdf is not None
    return render_console(
        "wording/preview.html",
        tab=where.tab,
        where=where,
        offer=offered,
        revision=row.revision,
        has_english="en" in row.draft,
        language=_language(),
        subject=subject,
        plain=plain,
        has_file=has_file,
        errors=errors or [],
        done=request.args.get("done"),
    )


def _refused(where: Place, offered: Offer, refusal: Refused) -> Answer:
    """The draft as it is now, and why nothing was done; where there is none any more, the form."""
    row = _row(where, offered.kind)
    if row is None or row.draft is None:
        return redirect(where.url("wording.edit", kind=offered.kind, done="late"), 303)
    return _show_preview(where, offered, row, [("", sentence(refusal))]), 422


def _logged(said: Any) -> dict[str, str]:
    """What was written, by section and language, as the log shows it."""
    return {
        f"{section}_{language}": text
        for language, sections in (said or {}).items()
        for section, text in sections.items()
        if text and section in set(Section)
    }


def _note(session: Session, act: str, where: Place, kind: str, **values: Any) -> None:
    note(
        session,
        act,
        by=me().account_id,
        now=clock.now(),
        network_id=where.network.id,
        event_id=where.event.id if where.event else None,
        subject=("event", where.event.id) if where.event else ("network", where.network.id),
        before=values.get("before", {}),
        after={"kind": kind, **values.get("after", {})},
    )
