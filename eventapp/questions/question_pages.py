"""The questions of an event: a list with a form below it, the form of one; the usual fields."""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import current_app, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug import Response

from eventapp import clock
from eventapp.accounts.access import me, render_console
from eventapp.db import reading, transaction
from eventapp.errorpages import sentence
from eventapp.errors import NotFound, Refused
from eventapp.events.definition import EventDefinition, QuestionDefinition
from eventapp.events.permitted import get_permitted
from eventapp.events.values import Origin
from eventapp.forms import PublicForm, refuse
from eventapp.networks.access import asks
from eventapp.networks.rules import Permission
from eventapp.numbers import number_in
from eventapp.questions import actions, queries
from eventapp.questions.actions import Writing
from eventapp.questions.noting import note_questions
from eventapp.questions.question_form import TYPES, QuestionForm
from eventapp.questions.routes import console
from eventapp.questions.rules import Given, OptionsChosen, asked_after, moved, sounds_special
from eventapp.questions.usual_fields import FieldsForm

Answer = str | tuple[str, int] | Response
Change = Callable[[Session, Writing], Any]


@console.get("/questions")
@asks(Permission.EVENTS_EDIT)
def questions(slug: str) -> Answer:
    """The questions in the order of asking, and an empty form for one more."""
    event = _event(slug)
    return _show_list(event, QuestionForm(None, event=event))


@console.post("/questions", endpoint="questions_post")
@asks(Permission.EVENTS_EDIT)
def questions_post(slug: str) -> Answer:
    """One more question at the end; 303 to the list."""
    event = _event(slug)
    form = QuestionForm(request.form, event=event)
    if not form.validate():
        return _show_list(event, form), 422
    add = partial(_put, slug=slug, form=form)
    _save(event, "question.added", add)
    return _to_list(slug, "added")


@console.get("/questions/<key>")
@asks(Permission.EVENTS_EDIT)
def question(slug: str, key: str) -> Answer:
    """The question's form as it stands, and how often it was answered."""
    event = _event(slug)
    return _show_question(QuestionForm(None, event=event, question=_question(event, key)))


@console.post("/questions/<key>", endpoint="question_post")
@asks(Permission.EVENTS_EDIT)
def question_post(slug: str, key: str) -> Answer:
    """Save it, unless the event was changed since the form was opened or answers forbid it."""
    event = _event(slug)
    form = QuestionForm(request.form, event=event, question=_question(event, key))
    if not form.validate():
        return _show_question(form), 422
    try:
        _save(event, "question.changed", partial(_put, slug=slug, form=form), form)
    except Refused as refusal:
        form.asks_to_drop |= isinstance(refusal, OptionsChosen)
        _say(refusal, form, event)
        return _show_question(form), 422
    return _to_list(slug, "changed")


def _put(session: Session, writing: Writing, *, slug: str, form: QuestionForm) -> None:
    may_drop = bool(form.drop_chosen.data)
    actions.put_question(session, slug, form.values(), writing, may_drop=may_drop)


@console.post("/questions/<key>/up")
@asks(Permission.EVENTS_EDIT)
def question_up(slug: str, key: str) -> Answer:
    return _move(slug, key, -1)


@console.post("/questions/<key>/down")
@asks(Permission.EVENTS_EDIT)
def question_down(slug: str, key: str) -> Answer:
    return _move(slug, key, 1)


def _move(slug: str, key: str, by: int) -> Answer:
    """One place; where it cannot, the list says so."""
    event = _event(slug)
    _question(event, key)
    has_moved = _save(
        event,
        "question.moved",
        lambda session, writing: actions.move_question(session, slug, key, by, writing),
    )
    return _to_list(slug, "moved" if has_moved else "kept")


@console.get("/questions/<key>/delete")
@asks(Permission.EVENTS_EDIT)
def question_delete(slug: str, key: str) -> Answer:
    """Asks, and names how many answers go with it."""
    event = _event(slug)
    return _show_delete(event, _question(event, key))


@console.post("/questions/<key>/delete", endpoint="question_delete_post")
@asks(Permission.EVENTS_EDIT)
def question_delete_post(slug: str, key: str) -> Answer:
    """Gone, with its answers; 303 to the list."""
    event = _event(slug)
    asked = _question(event, key)
    try:
        _delete(event, key)
    except Refused as refusal:
        return _show_delete(event, asked, sentence(refusal)), 422
    return _to_list(slug, "deleted")


def _delete(event: EventDefinition, key: str) -> None:
    now, by = clock.now(), me().account_id
    with transaction() as session:
        forgotten = actions.delete_question(session, event.slug, key, Writing(_origin(), now))
        note_questions(session, "question.deleted", event, by=by, now=now, answers=forgotten)


@console.get("/fields")
@asks(Permission.EVENTS_EDIT)
def fields(slug: str) -> Answer:
    """The usual fields, each with what it is for and who sees it."""
    event = _event(slug)
    return _show_fields(FieldsForm(None, event=event))


@console.post("/fields", endpoint="fields_post")
@asks(Permission.EVENTS_EDIT)
def fields_post(slug: str) -> Answer:
    """Save them; 303 to the questions."""
    event = _event(slug)
    form = FieldsForm(request.form, event=event)
    if not form.validate():
        return _show_fields(form), 422

    def change(session: Session, writing: Writing) -> None:
        actions.set_fields(session, slug, form.values(), writing)

    try:
        _save(event, "event.fields_changed", change, form)
    except Refused as refusal:
        _say(refusal, form, event)
        return _show_fields(form), 422
    return _to_list(slug, "fields")


def _event(slug: str) -> EventDefinition:
    return get_permitted(slug, Permission.EVENTS_EDIT)[0]


def _question(event: EventDefinition, key: str) -> QuestionDefinition:
    found = next((each for each in event.questions if each.key == key), None)
    if found is None:
        raise NotFound
    return found


def _save(event: EventDefinition, act: str, change: Change, form: PublicForm | None = None) -> bool:
    """Whether it was done; then the log says so. Raises what the change does, and where the form
    shows an earlier state `ChangedMeanwhile`."""
    now, by = clock.now(), me().account_id
    seen = _seen(form) if form else None
    with transaction() as session:
        is_done = change(session, Writing(_origin(), now, seen)) is not False
        if is_done:
            note_questions(session, act, event, by=by, now=now)
    return is_done


def _seen(form: PublicForm) -> int:
    """The revision that the form showed; none of ours where it names none."""
    return number_in(form["revision"].data, 0)


def _say(refusal: Refused, form: PublicForm, event: EventDefinition) -> None:
    """Beside its field, or above the form, which then shows the state as it is now."""
    refuse(form, refusal.field, sentence(refusal))
    if form.form_errors:
        form["revision"].data = str(_event(event.slug).revision)


def _origin() -> Origin:
    return Origin.of(current_app.config["SETTINGS"])


def _to_list(slug: str, done: str) -> Response:
    return redirect(url_for("questions.questions", slug=slug, done=done), 303)


def _given(event: EventDefinition) -> dict[int, Given]:
    with reading() as connection:
        return queries.count_answers(connection, event)


def _show_list(event: EventDefinition, form: QuestionForm) -> str:
    order = list(event.questions)
    return render_console(
        "questions/questions.html",
        tab="events",
        e=event,
        form=form,
        given=_given(event),
        types={each.value: each.label for each in TYPES},
        labels={each.key: each.label for each in event.questions},
        special={each.key for each in event.questions if sounds_special(each)},
        can_move={
            (each.key, by)
            for each in order
            for by in (-1, 1)
            if moved(order, each.key, by) != order
        },
        done=request.args.get("done", ""),
        errors=form.problems(),
    )


def _show_question(form: QuestionForm) -> str:
    event, asked = form.event, form.question
    if asked is None:
        raise NotFound
    return render_console(
        "questions/question.html",
        tab="events",
        e=event,
        question=asked,
        form=form,
        given=_given(event).get(asked.id, Given()),
        is_special=sounds_special(asked),
        errors=form.problems(),
    )


def _show_delete(event: EventDefinition, asked: QuestionDefinition, problem: str = "") -> str:
    return render_console(
        "questions/delete.html",
        tab="events",
        e=event,
        question=asked,
        given=_given(event).get(asked.id, Given()),
        hanging=[each.label for each, _answer in asked_after(event.questions, asked.key)],
        errors=[("", problem)] if problem else [],
    )


def _show_fields(form: FieldsForm) -> str:
    return render_console(
        "questions/fields.html", tab="events", e=form.event, form=form, errors=form.problems()
    )
