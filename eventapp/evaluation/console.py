"""What an event asks afterwards: the list of questions with its times, the form of one, a preview;
and what came of it."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug import Response

from eventapp import clock
from eventapp.accounts.access import render_console
from eventapp.audit.rules import changes
from eventapp.db import reading, transaction
from eventapp.downloads import as_file
from eventapp.errorpages import sentence
from eventapp.errors import NotFound, Refused
from eventapp.evaluation import actions, queries
from eventapp.evaluation.answer_form import answer_form
from eventapp.evaluation.forms import QuestionForm, TimesForm
from eventapp.evaluation.reading import read_report
from eventapp.evaluation.results_file import write_csv
from eventapp.evaluation.rules import MOST_QUESTIONS, Asked, HasAnswers, Question, new_key
from eventapp.evaluation.usual import USUAL
from eventapp.evaluation.words import KINDS
from eventapp.events.definition import EventDefinition
from eventapp.events.loading import load_definitions
from eventapp.events.noting import note_mine
from eventapp.events.permitted import get_permitted
from eventapp.forms import refuse
from eventapp.networks.access import asks
from eventapp.networks.queries import get_tree
from eventapp.networks.rules import Permission
from eventapp.planning.following import those_after
from eventapp.planning.queries import find_series_of
from eventapp.planning.sending import form_token, made_once
from eventapp.planning.series_permitted import list_editable

Answer = str | tuple[str, int] | Response
console = Blueprint("evaluation", __name__, url_prefix="/organise/events/<slug>/evaluation")
QUESTION = "/questions/<key>"


@console.get("")
@asks(Permission.EVENTS_EDIT)
def questions(slug: str) -> Answer:
    """How it stands, from when to when, and the questions."""
    event = _event(slug)
    return _show_list(event, TimesForm(None, _asked(event)))


@console.post("", endpoint="questions_post")
@asks(Permission.EVENTS_EDIT)
def questions_post(slug: str) -> Answer:
    """Switches it on or off, and says when; 303 to the same."""
    event, now = _event(slug), clock.now()
    form = TimesForm(request.form, _asked(event))
    if not form.validate():
        return _show_list(event, form), 422
    before, after = changes(TimesForm(None, _asked(event)).values(), form.values())
    try:
        with transaction() as session:
            actions.set_times(session, event, **form.values(), now=now)
            note_mine(session, "evaluation.times_set", event, before=before, after=after)
    except Refused as refusal:
        refuse(form, refusal.field, sentence(refusal))
        return _show_list(event, form), 422
    return _to_list(slug, "saved")


@console.post("/usual")
@asks(Permission.EVENTS_EDIT)
def usual(slug: str) -> Answer:
    """The usual questions, in both languages, where there are none yet."""
    return _step(
        slug, "usual_taken", lambda session, event: actions.take_usual(session, event, USUAL)
    )


@console.get("/new")
@asks(Permission.EVENTS_EDIT)
def new(slug: str) -> Answer:
    """An empty form for one more question."""
    return _show_new(_event(slug), QuestionForm(None))


@console.post("/new", endpoint="new_post")
@asks(Permission.EVENTS_EDIT)
def new_post(slug: str) -> Answer:
    """One more at the end; 303 to the list."""
    event, form = _event(slug), QuestionForm(request.form)
    if not form.validate():
        return _show_new(event, form), 422
    try:
        with transaction() as session:

            def make() -> str:
                key = new_key(each.key for each in _asked(event).questions)
                actions.put_question(session, event, form.asked(key))
                note_mine(session, "evaluation.question_added", event, after=_told(form.asked(key)))
                return key

            _made, is_new = made_once(session, clock.now(), make)
    except Refused as refusal:
        refuse(form, refusal.field, sentence(refusal))
        return _show_new(event, form), 422
    return _to_list(slug, "question_added" if is_new else "again")


@console.get(QUESTION)
@asks(Permission.EVENTS_EDIT)
def question(slug: str, key: str) -> Answer:
    """Its form as it stands."""
    event = _event(slug)
    return _show_one(event, QuestionForm(None, _question(event, key)))


@console.post(QUESTION, endpoint="question_post")
@asks(Permission.EVENTS_EDIT)
def question_post(slug: str, key: str) -> Answer:
    """Saves it as long as nobody has answered; 303 to the list."""
    event = _event(slug)
    present = _question(event, key)
    form = QuestionForm(request.form, present)
    if not form.validate():
        return _show_one(event, form), 422
    before, after = changes(_told(present), _told(form.asked(key)))
    try:
        with transaction() as session:
            actions.put_question(session, event, form.asked(key))
            note_mine(session, "evaluation.question_changed", event, before=before, after=after)
    except Refused as refusal:
        refuse(form, refusal.field, sentence(refusal))
        return _show_one(event, form), 422
    return _to_list(slug, "question_changed")


@console.post(f"{QUESTION}/up")
@asks(Permission.EVENTS_EDIT)
def up(slug: str, key: str) -> Answer:
    return _move(slug, key, -1)


@console.post(f"{QUESTION}/down")
@asks(Permission.EVENTS_EDIT)
def down(slug: str, key: str) -> Answer:
    return _move(slug, key, 1)


def _move(slug: str, key: str, by: int) -> Answer:
    return _step(
        slug,
        "question_moved",
        lambda session, event: actions.move_question(session, event, key, by),
    )


@console.post(f"{QUESTION}/delete")
@asks(Permission.EVENTS_EDIT)
def delete(slug: str, key: str) -> Answer:
    """Gone; it can be typed again."""
    return _step(
        slug,
        "question_deleted",
        lambda session, event: actions.remove_question(session, event, key),
    )


def _step(slug: str, done: str, change: Callable[[Session, EventDefinition], bool]) -> Answer:
    """Take it and say so in the log, if there was something to do."""
    event = _event(slug)
    try:
        with transaction() as session:
            is_done = change(session, event)
            if is_done:
                note_mine(session, f"evaluation.{done}", event)
    except HasAnswers as refusal:
        return _show_list(event, TimesForm(None, _asked(event)), sentence(refusal)), 422
    return _to_list(slug, done if is_done else "again")


@console.post("/onward")
@asks(Permission.EVENTS_EDIT)
def onward(slug: str) -> Answer:
    """The dates of the series that follow, and that the account may edit, ask the same; 303."""
    event = _event(slug)
    others = _those_after(event)
    with transaction() as session:
        taken = actions.copy_onto(session, event, others)
        for each in taken:
            note_mine(session, "evaluation.taken_over", each, after={"title": event.title})
    return _to_list(slug, "taken_over" if taken else "again")


def _those_after(event: EventDefinition) -> list[EventDefinition]:
    with reading() as connection:
        series = find_series_of(connection, event.id)
        members = list_editable(connection, series.id, get_tree(connection)) if series else []
        return load_definitions(connection, those_after(event, members, clock.now()))


@console.get("/preview")
@asks(Permission.EVENTS_EDIT)
def preview(slug: str) -> Answer:
    """As people see it who are asked."""
    event = _event(slug)
    form = answer_form(None, _asked(event).questions)
    return render_console("evaluation/preview.html", tab="events", e=event, form=form)


@console.get("/results")
@asks(Permission.EVENTS_READ)
def results(slug: str) -> Answer:
    """Pictures and tables for whoever sees the event; texts for whoever may read its people."""
    event, mine = get_permitted(slug, Permission.EVENTS_READ)
    with reading() as connection:
        report = read_report(connection, event, mine, clock.now())
    return render_console(
        "evaluation/results.html",
        tab="events",
        e=event,
        report=report,
        may_edit=Permission.EVENTS_EDIT in mine,
    )


@console.get("/results.csv")
@asks(Permission.EVENTS_READ)
def results_file(slug: str) -> Response:
    """The same as a table for office programs."""
    event, mine = get_permitted(slug, Permission.EVENTS_READ)
    with reading() as connection:
        report = read_report(connection, event, mine, clock.now())
    return as_file(write_csv(report), f"rueckmeldungen-{event.slug}.csv")


def _event(slug: str) -> EventDefinition:
    return get_permitted(slug, Permission.EVENTS_EDIT)[0]


def _asked(event: EventDefinition) -> Asked:
    with reading() as connection:
        return queries.find_asked(connection, event.id)


def _question(event: EventDefinition, key: str) -> Question:
    found = next((each for each in _asked(event).questions if each.key == key), None)
    if found is None:
        raise NotFound
    return found


def _told(question: Question) -> dict[str, Any]:
    """What the log shows of it."""
    facts = question.as_json()
    return {name: facts[name] for name in ("text", "kind", "options", "required") if facts[name]}


def _to_list(slug: str, done: str) -> Response:
    return redirect(url_for("evaluation.questions", slug=slug, done=done), 303)


def _show_list(event: EventDefinition, form: TimesForm, error: str = "") -> str:
    asked, now = _asked(event), clock.now()
    with reading() as connection:
        answers = queries.count_answers(connection, event.id)
        there = queries.count_there(connection, event.id)
    return render_console(
        "evaluation/questions.html",
        tab="events",
        e=event,
        asked=asked,
        stage=queries.stage_of(event, asked, now),
        opens_at=asked.opens_at(queries.ends(event)),
        last_day=asked.last_day(event.last_day),
        answers=answers,
        there=there,
        kinds=KINDS,
        most=MOST_QUESTIONS,
        following=len(_those_after(event)),
        form=form,
        done=request.args.get("done", ""),
        errors=[*([("", error)] if error else []), *form.problems()],
    )


def _show_new(event: EventDefinition, form: QuestionForm) -> str:
    return _show_one(event, form, form_token())


def _show_one(event: EventDefinition, form: QuestionForm, token: str = "") -> str:
    return render_console(
        "evaluation/question.html",
        tab="events",
        e=event,
        form=form,
        form_token=token,
        errors=form.problems(),
    )
