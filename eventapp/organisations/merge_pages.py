"""The pages that make one entry of two: suggestions, choosing the other, both side by side."""

from flask import redirect, request, url_for
from werkzeug import Response

from eventapp import clock
from eventapp.accounts.access import me, render_console
from eventapp.audit.words import field_words
from eventapp.db import reading, transaction
from eventapp.errorpages import sentence
from eventapp.errors import NotFound
from eventapp.forms import one_line
from eventapp.languages import gettext as _
from eventapp.networks.access import asks
from eventapp.networks.rules import Permission
from eventapp.organisations import merging, queries
from eventapp.organisations.merging import FIELDS
from eventapp.organisations.noting import note_apart, note_organisation
from eventapp.organisations.permitted import get_editable, my_edited
from eventapp.organisations.queries import Wanted
from eventapp.organisations.routes import ONE, console
from eventapp.organisations.rules import OrganisationChanged, Reach, Registered
from eventapp.paging import Page, asked_page

Answer = str | tuple[str, int] | Response
WITH = f"{ONE}/merge/<int(max=2147483647):other_id>"


@console.get("/doubles")
@asks(Permission.ORGANISATIONS_EDIT)
def doubles() -> str:
    """Entries that may be one."""
    with reading() as connection:
        reach = my_edited(connection)
        register = queries.list_editable(connection, reach)
        pairs = merging.find_pairs(register, merging.list_apart(connection))
    page = Page(asked_page(request.args.get("page")), len(pairs))
    return render_console(
        "organisations/doubles.html",
        tab="organisations",
        pairs=pairs[page.offset : page.offset + page.size],
        page=page,
        done=request.args.get("done"),
    )


@console.post(f"{WITH}/apart", endpoint="apart_post")
@asks(Permission.ORGANISATIONS_EDIT)
def apart_post(organisation_id: int, other_id: int) -> Answer:
    """They are two: suggested as one no more. Whoever thinks otherwise still merges them."""
    a, b, reach = _get_both(organisation_id, other_id)
    now = clock.now()
    with transaction() as session:
        is_new = merging.keep_apart(session, a, b, now=now)
        if is_new:
            note_apart(session, a, b, reach=reach, by=me().account_id, now=now)
    return redirect(url_for("organisations.doubles", done="apart" if is_new else "again"), 303)


@console.get(f"{ONE}/merge")
@asks(Permission.ORGANISATIONS_EDIT)
def choose_double(organisation_id: int) -> str:
    """Looks for the other entry."""
    organisation, reach = get_editable(organisation_id)
    q = (one_line(request.args.get("q")) or "")[:100]
    with reading() as connection:
        found = queries.list_page(connection, reach, Wanted(q=q), Page(1, 25)) if q else []
    return render_console(
        "organisations/choose_double.html",
        tab="organisations",
        o=organisation,
        name=one_line(organisation.name),
        q=q,
        found=[each for each in found if each.id != organisation_id and reach.may_edit(each)],
    )


@console.get(WITH)
@asks(Permission.ORGANISATIONS_EDIT)
def merge(organisation_id: int, other_id: int) -> str:
    """Both side by side; changes nothing."""
    kept, lost, _reach = _get_both(organisation_id, other_id)
    return _show(kept, lost, [])


@console.post(WITH, endpoint="merge_post")
@asks(Permission.ORGANISATIONS_EDIT)
def merge_post(organisation_id: int, other_id: int) -> Answer:
    """Makes one of them, with what was chosen of each."""
    kept, lost, reach = _get_both(organisation_id, other_id)
    from_lost = [name for name in FIELDS if request.form.get(name) == "b"]
    now, by, seen = clock.now(), me().account_id, request.form.get("seen", "")
    try:
        with transaction() as session:
            merging.merge(
                session, kept.id, lost.id, seen=seen, from_lost=from_lost, reach=reach, now=now
            )
            after = queries.get(session.connection(), reach, kept.id)
            for each, became in ((kept, after), (lost, None)):
                note_organisation(
                    session,
                    "organisation.merged",
                    each.id,
                    before=each,
                    after=became,
                    reach=reach,
                    by=by,
                    now=now,
                )
    except OrganisationChanged as refusal:
        return _show(*_get_both(organisation_id, other_id)[:2], [("", sentence(refusal))]), 422
    return redirect(url_for("organisations.detail", organisation_id=kept.id, done="merged"), 303)


def _get_both(organisation_id: int, other_id: int) -> tuple[Registered, Registered, Reach]:
    """The one that stays, and the one that goes into it. Raises `NotFound`."""
    if organisation_id == other_id:
        raise NotFound
    kept, reach = get_editable(organisation_id)
    lost, _same = get_editable(other_id)
    return kept, lost, reach


def _show(kept: Registered, lost: Registered, errors: list[tuple[str, str]]) -> str:
    twins = merging.twins(kept, lost)
    return render_console(
        "organisations/merge.html",
        tab="organisations",
        kept=kept,
        lost=lost,
        seen=f"{kept.digest}{lost.digest}",
        fields=[
            (name, _field(name), _value(kept, name), _value(lost, name))
            for name in merging.differing(kept, lost)
        ],
        contacts=[*kept.contacts, *(each for each in lost.contacts if each.id not in twins)],
        errors=errors,
    )


def _field(name: str) -> str:
    return _("Anschrift") if name == "address" else field_words(name)


def _value(organisation: Registered, name: str) -> str:
    values = [getattr(organisation, part) for part in FIELDS[name]]
    return ", ".join(str(each) for each in values if each not in (None, ""))
