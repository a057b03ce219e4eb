"""Where people answer: once, and nobody learns what. GET acts on nothing."""

from datetime import datetime
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy import Connection
from werkzeug import Response

from eventapp import clock
from eventapp.db import reading, transaction
from eventapp.errorpages import sentence
from eventapp.errors import Busy
from eventapp.evaluation import actions, queries
from eventapp.evaluation.answer_form import AnswerForm, answer_form
from eventapp.evaluation.queries import Invitation
from eventapp.evaluation.rules import AlreadyAnswered, NothingAnswered, NotToAnswer
from eventapp.forms import has_form_token, new_form_token
from eventapp.materials.queries import list_materials, reader_of
from eventapp.materials.rules import may_see
from eventapp.registration.beside import put_beside
from eventapp.registration.holder import Holder
from eventapp.registration.holding import Answer, again, busy, load

pages = Blueprint("answers", __name__)


@pages.get("/registrations/<token>/evaluation")
def evaluation(token: str) -> Answer:
    """The questions, thanks to whoever has answered, or that there is nothing to answer."""
    holder = load(token)
    invitation = _find(holder)
    if invitation is None or invitation.has_answered:
        return _show(token, holder, invitation, None)
    form = answer_form(None, invitation.asked.questions)
    return _show(token, holder, invitation, form)


@pages.post("/registrations/<token>/evaluation", endpoint="evaluation_post")
def evaluation_post(token: str) -> Answer:
    """Counts once; whoever sends it again is thanked again."""
    holder, now = load(token), clock.now()
    invitation = _find(holder)
    if invitation is None:
        return _show(token, holder, None, None, sentence(NotToAnswer())), 422
    if invitation.has_answered:
        return _to_thanks(token)
    form = answer_form(request.form, invitation.asked.questions)
    if not form.validate():
        return _show(token, holder, invitation, form), 422
    if not has_form_token():
        return _show(token, holder, invitation, form, again()), 422
    try:
        with transaction() as session:
            actions.answer(session, holder.event, holder.id, form.given(), now=now)
    except AlreadyAnswered:
        pass  # by a second click; it counts once
    except (NotToAnswer, NothingAnswered) as refusal:
        return _show(token, holder, invitation, form, sentence(refusal)), 422
    except Busy:
        return _show(token, holder, invitation, form, busy()), 503
    return _to_thanks(token)


def _to_thanks(token: str) -> Response:
    return redirect(url_for("answers.evaluation", token=token), 303)


def _find(holder: Holder) -> Invitation | None:
    with reading() as connection:
        return queries.find_invitation(connection, holder.event, holder.id, clock.now())


def _show(
    token: str,
    holder: Holder,
    invitation: Invitation | None,
    form: AnswerForm | None,
    error: str | None = None,
) -> str:
    now = clock.now()
    is_thanked = invitation is not None and form is None
    problems = form.problems() if form else []
    return render_template(
        "evaluation/answer.html",
        e=holder.event,
        token=token,
        registration=holder,
        invitation=invitation,
        form=form,
        is_thanked=is_thanked,
        has_materials=is_thanked and _has_materials(holder, now),
        errors=[*([("", error)] if error else []), *problems],
        form_token=new_form_token(now),
    )


def _has_materials(holder: Holder, now: datetime) -> bool:
    with reading() as connection:
        reader = reader_of(connection, holder)
        listed = list_materials(connection, holder.event.id)
    return any(may_see(each, reader, now) for each in listed)


def _for_holder(connection: Connection, holder: Holder, now: datetime) -> Any:
    """What stands on the personal page."""
    return queries.find_invitation(connection, holder.event, holder.id, now)


put_beside("evaluation", _for_holder)
