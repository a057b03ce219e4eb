"""The organisers' pages of the people of one event: the list, one person, the list as a file."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from flask import request, url_for
from werkzeug import Response

from eventapp.accounts.access import me, render_console
from eventapp.attendance.queries import list_presences
from eventapp.audit.words import ACTS
from eventapp.checkin.passages import list_passages
from eventapp.db import reading, transaction
from eventapp.downloads import as_file
from eventapp.events.definition import EventDefinition
from eventapp.events.noting import note_mine
from eventapp.events.permitted import get_with_people
from eventapp.forms import one_line
from eventapp.mail import outbox
from eventapp.networks.access import asks
from eventapp.networks.rules import Permission
from eventapp.paging import Page, asked_page
from eventapp.participants import export, participant, queries
from eventapp.participants.bulk import NOTED
from eventapp.participants.bulk_words import offered
from eventapp.participants.filters import Filters, item_label, sort_options
from eventapp.participants.history import history
from eventapp.participants.routes import PERSON, console
from eventapp.participants.view_pages import view_links
from eventapp.participants.views import list_views
from eventapp.participants.wanted import as_pairs, as_parameters, read_wanted
from eventapp.registration.queries import places as count_places
from eventapp.returns.queries import find_status, list_declined
from eventapp.returns.words import reason_words
from eventapp.spreadsheets import shown
from eventapp.unsubscribing.queries import list_refused
from eventapp.unsubscribing.rules import OF_PEOPLE
from eventapp.unsubscribing.words import topic_label


@console.get("", endpoint="list")
@asks(Permission.REGISTRATIONS_READ)
def list_(slug: str) -> str:
    """Figures, search, filters, 25 people a page."""
    event, may, within = get_with_people(slug)
    wanted = read_wanted(event, may, request.args, within)
    with reading() as connection:
        figures = queries.get_figures(connection, event.id, within)
        places = count_places(connection, event) if within is None else None
        kinds = queries.list_kinds_of_organisations(connection, event, within)
        organisation = queries.find_organisation_name(connection, wanted)
        views = list_views(connection, event.id, me().account_id) if within is None else []
        asked = asked_page(request.args.get("page"))
        if wanted.is_filtered:
            page, rows = queries.find_page(connection, event, wanted, asked)
        else:
            page = Page(asked, figures.total)
            rows = queries.list_page(connection, event, wanted, page)
    address = partial(_url, "participants.list", event)
    filters = Filters(event, wanted, may, address, kinds, organisation)
    chosen = filters.chosen
    return render_console(
        "participants/list.html",
        tab="events",
        e=event,
        may=may,
        figures=figures,
        places=places,
        awaited_items=sum(count.waiting for count in places.items.values()) if places else 0,
        wanted=wanted,
        filters=filters,
        chips=filters.common(figures.total),
        hidden=as_pairs({name: chosen[name] for name in _CHIPS if name in chosen}),
        all_hidden=as_pairs(chosen),
        item_options=[(item.slug, item_label(item)) for item in event.choices],
        sorts=sort_options(),
        views=view_links(event, may, views, wanted),
        views_url=_url("participants.views", event, chosen) if within is None else "",
        bulk_acts=offered(event, may) if Permission.REGISTRATIONS_EDIT in may else [],
        rows=rows,
        page=page,
        url=lambda **changes: _url("participants.list", event, {**chosen, **changes}),
        export_url=_url("exports.export", event, chosen),
    )


_CHIPS = ("attendance", "status", "needs", "mail", "id")  # what the form itself does not ask


def _url(endpoint: str, event: EventDefinition, chosen: Mapping[str, Any]) -> str:
    values = {name: value for name, value in chosen.items() if value}
    return url_for(endpoint, slug=event.slug, **values)


@console.get("/list.csv")
@asks(Permission.REGISTRATIONS_READ)
def csv(slug: str) -> Response:
    """The list as it is filtered, all pages of it."""
    event, may, within = get_with_people(slug)
    wanted = read_wanted(event, may, request.args, within)
    columns = export.columns_of(event, with_needs=False)  # those are chosen by hand, in `exports`
    with reading() as connection:
        lines = export.read_lines(connection, event, wanted, columns)
    text = export.write_csv(columns, lines)
    _note("registrations.exported", event, after={**as_parameters(wanted), "rows": len(lines)})
    return as_file(text, f"teilnehmende-{event.slug}.csv")


@console.get(PERSON)
@asks(Permission.REGISTRATIONS_READ)
def detail(slug: str, registration_id: int) -> str:
    """One person: what they told, what they chose, what happened."""
    event, may, within = get_with_people(slug)
    with_needs = Permission.NEEDS_READ in may
    with reading() as connection:
        person = participant.get_participant(
            connection, event, registration_id, with_needs=with_needs, within=within
        )
        mails = outbox.list_about(
            connection, registration_id=registration_id, signup_id=person.row.signup_id
        )
        misses_mail = participant.misses_mail(connection, registration_id)
        passages = list_passages(connection, registration_id)
        presences = list_presences(connection, registration_id)
        # Who of the office did what is no business of other hosts.
        acts = participant.list_acts(connection, event, registration_id) if within is None else []
        company = participant.list_company(connection, person.row, within)
        unreached = find_status(connection, event.id, person.row.email)
        refused = list_refused(connection, OF_PEOPLE, event.id, event.network.id, person.row.email)
        declines = list_declined(connection, registration_id)
        linked = participant.list_linked(connection, person.row, within)
        alike = participant.list_alike(connection, event, person.row, within)
    row = person.row
    if with_needs and participant.open_needs(row):
        _note("needs.read", event, subject=("registration", registration_id))
    return render_console(
        "participants/detail.html",
        tab="events",
        e=event,
        may=may,
        person=person,
        name=one_line(person.full_name),
        needs=export.needs_words(participant.open_needs(row)) if with_needs else None,
        answers=[
            (question, shown(export.answer_words(question, value)))
            for question, value in person.answers.items()
        ],
        photo=export.photo_words(row),
        mails=mails,
        unreached=reason_words(unreached) if unreached else "",
        misses_mail=misses_mail,
        refused=[topic_label(each) for each in OF_PEOPLE if each in refused],
        entries=history(row, mails, passages, presences, acts, linked, declines),
        items={item.id: item for item in event.programme},
        acts=ACTS,
        bulk_acts=NOTED,
        alike=alike,
        company=company,
        done=request.args.get("done"),
        back_url=url_for("participants.list", slug=slug),
    )


def _note(act: str, event: EventDefinition, **more: Any) -> None:
    """Who took people's data out, or read what is sensitive, stands in the log."""
    with transaction() as session:
        note_mine(
            session,
            act,
            event,
            **more,
        )
