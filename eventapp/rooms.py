"""The pages of every room: each blueprint is registered beside the check of who may enter.

They are imported when an app is made: pages need much that begins in `eventapp` itself.
"""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Flask

from eventapp.accounts import access


def register(app: Flask) -> None:
    """All of them."""
    _register_pages(app)
    _register_notices(app)
    _register_consoles(app)
    _register_planning(app)
    _register_people(app)
    _register_mails_and_paper(app)
    _register_partners(app)
    _register_certificates(app)
    _register_invitations(app)
    _register_reminders(app)
    _register_evaluation(app)


def _register_pages(app: Flask) -> None:
    from eventapp.accounts import pages as log_in  # noqa: F401  fills its routes
    from eventapp.accounts import routes as accounts
    from eventapp.accounts import second_step_pages  # noqa: F401  as well
    from eventapp.attendance import own  # noqa: F401  stands on the personal page
    from eventapp.attendance import pages as attendance
    from eventapp.checkin import handover, pair_pages, walk_in_api  # noqa: F401  fill its routes, as the next
    from eventapp.checkin import pages as scanner  # noqa: F401
    from eventapp.checkin import routes as checkin
    from eventapp.checkin import shell_pages as checkin_shell
    from eventapp.checkin import sync as checkin_sync
    from eventapp.events import pages as events
    from eventapp.feeds import own_pages  # noqa: F401  fills its routes, as the next
    from eventapp.feeds import pages as public_feeds  # noqa: F401
    from eventapp.feeds import routes as feeds
    from eventapp.mail import pages as mail
    from eventapp.materials import pages as materials
    from eventapp.networks import pages as networks
    from eventapp.ops import pages as ops
    from eventapp.registration import (  # noqa: F401  the others fill routes
        accept_pages,
        address_pages,
        assistant_pages,
        attendance_pages,
        cancel_pages,
        change_pages,
        confirm_pages,
        holder_pages,
        lost_link_pages,
        next_pages,
        own_dates_pages,
        pages,
        receipt_pages,
        routes,
        series_pages,
        substitute_pages,
    )
    from eventapp.reminders import certified, coming_pages, evaluated, openings_pages  # noqa: F401  fill it
    from eventapp.reminders import routes as reminders
    from eventapp.reporting import pages as report
    from eventapp.unsubscribing import pages as unsubscribing

    enter(app, events.pages, anyone)
    enter(app, materials.pages, anyone)
    enter(app, report.pages, anyone)
    enter(app, networks.pages, anyone)
    enter(app, networks.legal, anyone)
    enter(app, routes.pages, anyone)
    enter(app, attendance.pages, anyone)
    enter(app, reminders.pages, anyone)
    enter(app, unsubscribing.pages, anyone)
    enter(app, feeds.pages, anyone)
    enter(app, ops.pages, anyone)
    enter(app, accounts.pages, anyone)
    enter(app, checkin.pages, anyone)
    enter(app, checkin_sync.sync, anyone)
    enter(app, walk_in_api.walk_ins, anyone)
    enter(app, checkin_shell.pages, anyone)
    if app.config["SETTINGS"].is_demo:
        enter(app, mail.pages, anyone)


def _register_consoles(app: Flask) -> None:
    from eventapp.accounts import console as account
    from eventapp.accounts import factor_console
    from eventapp.audit import console as log
    from eventapp.desk import console as desk
    from eventapp.networks import console as team
    from eventapp.networks import look_pages, move_pages, tree_pages  # noqa: F401  fill tree_routes
    from eventapp.networks import tree_routes as tree
    from eventapp.organisations import console as register  # noqa: F401  fills its routes
    from eventapp.organisations import import_pages, merge_pages  # noqa: F401  as well
    from eventapp.organisations import routes as organisations

    for room in (desk, account, team, log, tree, organisations):
        enter(app, room.console, access.signed_in)
    enter(app, factor_console.console, access.setting_up)


def _register_planning(app: Flask) -> None:
    from eventapp.events import console as organise
    from eventapp.funding import console as funding
    from eventapp.funding import template_pages as funders
    from eventapp.materials import console as materials
    from eventapp.planning import (  # noqa: F401  all of them fill its routes
        collision_pages,
        console,
        dates_pages,
        following_pages,
        handing_on_pages,
        programme_pages,
        series_pages,
    )
    from eventapp.planning import routes as planning
    from eventapp.questions import console as needs  # noqa: F401  fills its routes
    from eventapp.questions import order_pages, question_pages  # noqa: F401  as well
    from eventapp.questions import routes as questions
    from eventapp.reporting import console as reporting

    for door in (organise.console, planning.console, planning.collisions, planning.series):
        enter(app, door, access.signed_in)
    enter(app, questions.console, access.signed_in)
    enter(app, materials.console, access.signed_in)
    enter(app, reporting.console, access.signed_in)
    enter(app, funding.console, access.signed_in)
    enter(app, funders.console, access.signed_in)


def _register_people(app: Flask) -> None:
    from eventapp.attendance import console as ledger_files
    from eventapp.attendance import ledger_pages, report_pages, rule_pages  # noqa: F401  fill the next
    from eventapp.attendance import routes as ledger
    from eventapp.checkin import conflict_pages, door_pages, held_pages  # noqa: F401  fill doors
    from eventapp.checkin import console as checkin
    from eventapp.checkin import routes as doors
    from eventapp.exports import console as exports
    from eventapp.figures import console as figures
    from eventapp.figures import year_console as years
    from eventapp.live import console as live
    from eventapp.participants import (  # noqa: F401  as well
        bulk_pages,
        office_pages,
        place_pages,
        substitute_pages,
        ticket_pages,
        view_pages,
    )
    from eventapp.participants import console as people  # noqa: F401  fills its routes
    from eventapp.participants import routes as participants

    for room in (checkin, figures, years, live, participants, exports, ledger, ledger_files):
        enter(app, room.console, access.signed_in)
    enter(app, doors.doors, access.signed_in)


def _register_mails_and_paper(app: Flask) -> None:
    from eventapp.messages import console as written  # noqa: F401  fills its routes
    from eventapp.messages import routes as messages
    from eventapp.messages import sending_pages  # noqa: F401  as well
    from eventapp.paper import column_pages
    from eventapp.paper import console as paper
    from eventapp.sent import console as sent
    from eventapp.wording import console as wording

    enter(app, messages.console, access.signed_in)
    enter(app, sent.console, access.signed_in)
    enter(app, paper.console, access.signed_in)
    enter(app, column_pages.console, access.signed_in)
    enter(app, wording.console, access.signed_in)


def _register_notices(app: Flask) -> None:
    from eventapp.notices import console
    from eventapp.planning import cancel_pages, course_pages  # noqa: F401  fill the routes

    enter(app, console.console, access.signed_in)


def _register_partners(app: Flask) -> None:
    from eventapp.partners import console, pages, place_pages, routes  # noqa: F401  two fill routes

    enter(app, pages.pages, anyone)
    enter(app, routes.console, access.signed_in)
    enter(app, routes.places_console, access.signed_in)


def _register_certificates(app: Flask) -> None:
    from eventapp.certificates import console, pages

    enter(app, pages.pages, anyone)
    enter(app, console.console, access.signed_in)


def _register_evaluation(app: Flask) -> None:
    from eventapp.evaluation import console, pages

    enter(app, pages.pages, anyone)
    enter(app, console.console, access.signed_in)


def _register_reminders(app: Flask) -> None:
    from eventapp.reminders import routes, step_pages  # noqa: F401  the second fills the first

    enter(app, routes.console, access.signed_in)


def _register_invitations(app: Flask) -> None:
    from eventapp.announcing import console as announcing
    from eventapp.invitations import naming_pages, pages, routes  # noqa: F401  two fill routes
    from eventapp.inviting import (  # noqa: F401  all but routes fill it
        audience_pages,
        call_pages,
        guest_pages,
        letter_pages,
        making_pages,
        sending_pages,
    )
    from eventapp.inviting import console as round_  # noqa: F401  as well
    from eventapp.inviting import naming_pages as named  # noqa: F401  as well
    from eventapp.inviting import routes as inviting

    enter(app, routes.pages, anyone)
    enter(app, inviting.console, access.signed_in)
    enter(app, announcing.console, access.signed_in)


def anyone() -> None:
    """The access check of public pages: there is none; a token in the address is the key."""


def enter(app: Flask, pages: Blueprint, check: Callable[[], Any]) -> None:
    """Register pages beside the check that runs before each of them."""
    app.before_request_funcs.setdefault(pages.name, []).append(check)
    app.register_blueprint(pages)
    app.extensions.setdefault("access", {})[pages.name] = check


def guarded_endpoints(app: Flask) -> set[str]:
    """The pages that only the logged-in reach."""
    access = app.extensions["access"]
    return {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if not rule.build_only and access[rule.endpoint.rpartition(".")[0]] is not anyone
    }
