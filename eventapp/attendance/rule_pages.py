"""Where organisers say what counts as having taken part, and whether minutes are noted."""

from typing import Any

from flask import redirect, request, url_for
from werkzeug import Response

from eventapp import clock
from eventapp.accounts.access import me, render_console
from eventapp.attendance.actions import set_rule
from eventapp.attendance.routes import console
from eventapp.attendance.rule_form import RuleForm
from eventapp.audit.actions import note
from eventapp.audit.rules import changes
from eventapp.db import transaction
from eventapp.events.attendance_rule import AttendanceRule
from eventapp.events.definition import EventDefinition
from eventapp.events.permitted import get_permitted
from eventapp.networks.access import asks
from eventapp.networks.rules import Permission

Answer = str | tuple[str, int] | Response


@console.get("/rule")
@asks(Permission.EVENTS_EDIT)
def rule(slug: str) -> Answer:
    """The rule as it stands."""
    event, _may = get_permitted(slug, Permission.EVENTS_EDIT)
    return _show(event, RuleForm(None, event))


@console.post("/rule", endpoint="rule_post")
@asks(Permission.EVENTS_EDIT)
def rule_post(slug: str) -> Answer:
    """Holds from now on for everybody, also for what was before; 303 to the ledger."""
    event, _may = get_permitted(slug, Permission.EVENTS_EDIT)
    form = RuleForm(request.form, event)
    if not form.validate():
        return _show(event, form), 422
    wanted, now = form.rule(), clock.now()
    before, after = changes(_facts(event.attendance_rule), _facts(wanted))
    with transaction() as session:
        set_rule(session, event.id, wanted, now=now)
        note(
            session,
            "event.attendance_rule_set",
            by=me().account_id,
            now=now,
            network_id=event.network.id,
            event_id=event.id,
            before=before,
            after=after,
        )
    return redirect(url_for("ledger.list", slug=slug, done="rule"), 303)


def _facts(rule: AttendanceRule | None) -> dict[str, Any]:
    return (rule or AttendanceRule()).as_json()


def _show(event: EventDefinition, form: RuleForm) -> str:
    return render_console(
        "attendance/rule.html", tab="events", e=event, form=form, errors=form.problems()
    )
