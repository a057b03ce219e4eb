"""Ending mails: GET shows, POST acts and answers with the page (RFC 8058).

Mail programs send the POST for their users: without cookie, without a token of a form, and they
follow no redirect.
"""

from flask import Blueprint, abort, render_template, request

from eventapp import clock, web
from eventapp.db import reading, transaction
from eventapp.events.definition import EventDefinition
from eventapp.events.loading import get_definition_by_id
from eventapp.names import masked_email
from eventapp.unsubscribing.actions import accept, refuse
from eventapp.unsubscribing.queries import list_refused
from eventapp.unsubscribing.rules import Subscriber, Topic, beside, read

pages = Blueprint("unsubscribing", __name__)


@pages.get("/unsubscribe/<token>")
def unsubscribe(token: str) -> str:
    """What would end, what would not, and what else may be ended."""
    return _page(token, *_load(token))


@pages.post("/unsubscribe/<token>", endpoint="unsubscribe_post")
def unsubscribe_post(token: str) -> str:
    """Ends the mail's topic or one beside it (`topic`), or with `again` lets it come as before;
    twice is once."""
    subscriber, event = _load(token)
    topic = _chosen(subscriber)
    whose = (topic, event.id, event.network.id, subscriber.email)
    with transaction() as session:
        if request.form.get("again"):
            accept(session, *whose)
        else:
            refuse(session, *whose, now=clock.now())
    return _page(token, subscriber, event, acted=topic)


def _load(token: str) -> tuple[Subscriber, EventDefinition]:
    subscriber = read(token)
    with reading() as connection:
        return subscriber, get_definition_by_id(connection, subscriber.event_id)


def _chosen(subscriber: Subscriber) -> Topic:
    """The mail's own topic where the form names none, as mail programs do."""
    named = request.form.get("topic")
    offered = (subscriber.topic, *beside(subscriber.topic))
    if named is None:
        return subscriber.topic
    return next((each for each in offered if each == named), None) or abort(400)


def _page(
    token: str, subscriber: Subscriber, event: EventDefinition, acted: Topic | None = None
) -> str:
    others = beside(subscriber.topic)
    with reading() as connection:
        refused = list_refused(
            connection,
            (subscriber.topic, *others),
            event.id,
            event.network.id,
            subscriber.email,
        )
    web.show_network(event.network)
    return render_template(
        "unsubscribing/unsubscribe.html",
        e=event,
        token=token,
        email=masked_email(subscriber.email),
        topic=subscriber.topic,
        others=others,
        refused=refused,
        acted=acted,
    )
