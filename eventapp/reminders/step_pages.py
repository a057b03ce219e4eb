"""The organisers' pages of reminders: the steps with their moments, a form for one more; one step
with its mail, and a test of it to oneself."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from flask import current_app, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug import Response

from eventapp import clock
from eventapp.accounts.access import me, render_console
from eventapp.audit.actions import note
from eventapp.db import reading, transaction
from eventapp.errorpages import sentence
from eventapp.errors import Busy, NotFound, Refused
from eventapp.events.definition import EventDefinition
from eventapp.events.permitted import get_permitted
from eventapp.languages import gettext as _
from eventapp.mail import outbox
from eventapp.mail.framed import framed
from eventapp.mail.kinds import Draft
from eventapp.mail.render import texts
from eventapp.networks.access import asks
from eventapp.networks.rules import Permission
from eventapp.queue import nudge
from eventapp.reminders import plans
from eventapp.reminders.afterwards import count_had
from eventapp.reminders.labels import awaits_label, group_label, logged, step_label, when_label
from eventapp.reminders.models import Side
from eventapp.reminders.overview import Line, list_lines
from eventapp.reminders.plans import Plan, get_plan
from eventapp.reminders.routes import console
from eventapp.reminders.rules import DEFAULTS, Step
from eventapp.reminders.step_forms import StepForm
from eventapp.reminders.step_mails import StepMails, ids_of_test
from eventapp.reminders.sweep import FOLLOW_UP, REMINDER
from eventapp.wording.applying import apply
from eventapp.wording.forms import known_placeholders

Answer = str | tuple[str, int] | Response
STEP = "/<step>"
_USUAL = {(each.key, each.awaits) for each in DEFAULTS}


@console.get("", endpoint="list")
@asks(Permission.MESSAGES_SEND)
def list_(slug: str) -> Answer:
    """The steps with their moments, and an empty form for one more."""
    event = _event(slug)
    return _show_list(event, StepForm(None, event=event))


@console.post("", endpoint="list_post")
@asks(Permission.MESSAGES_SEND)
def list_post(slug: str) -> Answer:
    """One more step; 303 to the list."""
    event = _event(slug)
    form = StepForm(request.form, event=event)

    def add(session: Session) -> None:
        plans.add_step(session, event.id, form.step, now=clock.now())
        _note(session, "reminders.added", event, after=logged(form.step))

    return _save(event, form, add, "added", lambda: _show_list(event, form))


@console.get(STEP)
@asks(Permission.MESSAGES_SEND)
def step(slug: str, step: str) -> Answer:
    """The step's form as it stands, and its mail."""
    event = _event(slug)
    plan, present = _find(event, step)
    form = StepForm(None, event=event, step=present, revision=plan.revision)
    return _show_step(event, present, form)


@console.post(STEP, endpoint="step_post")
@asks(Permission.MESSAGES_SEND)
def step_post(slug: str, step: str) -> Answer:
    """Save it, unless somebody else changed the steps meanwhile; 303 to the list."""
    event = _event(slug)
    plan, present = _find(event, step)
    form = StepForm(request.form, event=event, step=present)

    def change(session: Session) -> None:
        plans.change_step(session, event.id, step, form.step, seen=form.seen, now=clock.now())
        before, after = logged(present), logged(form.step)
        _note(session, "reminders.changed", event, before=before, after=after)

    def again() -> str:
        form.revision.data = str(plan.revision)
        return _show_step(event, present, form)

    return _save(event, form, change, "changed", again)


@console.post(f"{STEP}/remove")
@asks(Permission.MESSAGES_SEND)
def remove(slug: str, step: str) -> Answer:
    """Take it out; what it has sent stays sent. 303 to the list."""
    event = _event(slug)
    _plan, present = _find(event, step)
    with transaction() as session:
        has_gone = plans.remove_step(session, event.id, step, now=clock.now())
        if has_gone:
            _note(session, "reminders.removed", event, before=logged(present))
    return _to_list(slug, "removed" if has_gone else None)


@console.post("/usual")
@asks(Permission.MESSAGES_SEND)
def usual(slug: str) -> Answer:
    """The usual steps instead of the event's own; 303 to the list."""
    event = _event(slug)
    with transaction() as session:
        plans.take_defaults(session, event.id, now=clock.now())
        _note(session, "reminders.usual", event)
    return _to_list(slug, "usual")


@console.post("/quiet")
@asks(Permission.MESSAGES_SEND)
def quiet(slug: str) -> Answer:
    """Nothing after the end; 303 to the list."""
    event = _event(slug)
    with transaction() as session:
        has_gone = plans.end_follow_ups(session, event.id, now=clock.now())
        if has_gone:
            _note(session, "reminders.quiet", event)
    return _to_list(slug, "quiet" if has_gone else None)


@console.get(f"{STEP}/mail")
@asks(Permission.MESSAGES_SEND)
def mail_html(slug: str, step: str) -> Response:
    """The mail as a mail program shows it, for the frame of the step's page."""
    event = _event(slug)
    _plan, present = _find(event, step)
    _subject, _plain, html = texts(_kind(present), _sample(event, present))
    return framed(html)


@console.post(f"{STEP}/test")
@asks(Permission.MESSAGES_SEND)
def test(slug: str, step: str) -> Answer:
    """One mail to oneself, as somebody made up would get it."""
    event = _event(slug)
    _plan, present = _find(event, step)
    now, in_english = clock.now(), _language() == "en"
    ids = ids_of_test(event.id, present, account_id=me().account_id, in_english=in_english)
    with transaction() as session:
        outbox.add(session, _kind(present), f"reminder-test:{uuid4().hex}", now, **ids)
        _note(session, "reminders.tested", event, after={"step": logged(present)["step"]})
    nudge("mail.deliver")
    there = url_for("reminding.step", slug=slug, step=step, mail=_language(), done="tested")
    return redirect(there, 303)


# --- what they share ----------------------------------------------------------------------------


def _event(slug: str) -> EventDefinition:
    return get_permitted(slug, Permission.MESSAGES_SEND)[0]


def _find(event: EventDefinition, key: str) -> tuple[Plan, Step]:
    with reading() as connection:
        plan = get_plan(connection, event.id)
    found = plan.find(key)
    if found is None:
        raise NotFound
    return plan, found


def _note(session: Session, act: str, event: EventDefinition, **told: Any) -> None:
    by, now = me().account_id, clock.now()
    note(session, act, by=by, now=now, network_id=event.network.id, event_id=event.id, **told)


def _save(
    event: EventDefinition,
    form: StepForm,
    act: Callable[[Session], None],
    done: str,
    again: Callable[[], str],
) -> Answer:
    """Act where the form is whole; else, or where that was refused, the form again."""
    if not form.validate():
        return again(), 422
    try:
        with transaction() as session:
            act(session)
    except Refused as refusal:
        form.form_errors = [sentence(refusal)]
        return again(), 422
    except Busy:
        form.form_errors = [
            _("Gerade ist sehr viel los. Es wurde nichts gespeichert. Bitte noch einmal senden.")
        ]
        return again(), 503
    return _to_list(event.slug, done)


def _to_list(slug: str, done: str | None) -> Response:
    return redirect(url_for("reminding.list", slug=slug, done=done), 303)


def _kind(step: Step) -> str:
    return REMINDER if step.side is Side.BEFORE else FOLLOW_UP


def _language() -> str:
    return "en" if request.values.get("mail") == "en" else "de"


def _sample(event: EventDefinition, step: Step) -> Draft:
    settings = current_app.config["SETTINGS"]
    draft = StepMails(settings.public_url, settings.sender).sample(step, event, _language())
    return apply(_kind(step), draft)


def _told(line: Line) -> tuple[Line, str, str, str]:
    step = line.step
    return line, when_label(step), group_label(step.group), awaits_label(step)


def _show_list(event: EventDefinition, form: StepForm) -> str:
    with reading() as connection:
        plan = get_plan(connection, event.id)
        now = clock.now()
        lines = list_lines(connection, event, plan, now)
        had = count_had(connection, [event], now)[event.id]
    return render_console(
        "reminders/steps.html",
        tab="events",
        e=event,
        parts=[
            [_told(each) for each in lines if each.step.side is side]
            for side in (Side.BEFORE, Side.AFTER)
        ],
        had=had,
        is_usual={(each.key, each.awaits) for each in plan.steps} == _USUAL,
        form=form,
        placeholders=known_placeholders(),
        done=request.args.get("done"),
        errors=form.problems(),
    )


def _show_step(event: EventDefinition, step: Step, form: StepForm) -> str:
    draft = _sample(event, step)
    subject, plain, _html = texts(_kind(step), draft)
    return render_console(
        "reminders/step.html",
        tab="events",
        e=event,
        step=step,
        heading=step_label(step),
        form=form,
        placeholders=known_placeholders(),
        subject=subject,
        plain=plain,
        draft=draft,
        mail_language=_language(),
        done=request.args.get("done"),
        errors=form.problems(),
    )
