"""Ending messages: GET shows, POST acts and answers with the page (RFC 8058).

Mail programs send the POST for their users: without cookie, without a token of a form, and they
follow no redirect.
"""

from flask import render_template, request

from eventapp import clock, web
from eventapp.db import reading, transaction
from eventapp.events.loading import get_definition_by_id
from eventapp.names import masked_email
from eventapp.registration.routes import pages
from eventapp.registration.unsubscribe import accept_messages, get_subscriber, refuse_messages


@pages.get("/unsubscribe/<token>")
def unsubscribe(token: str) -> str:
    """What would end, and what would not."""
    return _page(token)


@pages.post("/unsubscribe/<token>", endpoint="unsubscribe_post")
def unsubscribe_post(token: str) -> str:
    """Ends messages, or with `again` lets them come as before; twice is once."""
    with reading() as connection:
        subscriber = get_subscriber(connection, token)
    with transaction() as session:
        if request.form.get("again"):
            accept_messages(session, subscriber.id)
        else:
            refuse_messages(session, subscriber.id, now=clock.now())
    return _page(token, has_acted=True)


def _page(token: str, *, has_acted: bool = False) -> str:
    with reading() as connection:
        subscriber = get_subscriber(connection, token)
        event = get_definition_by_id(connection, subscriber.event_id)
    web.show_network(event.network)
    return render_template(
        "registration/unsubscribe.html",
        e=event,
        token=token,
        email=masked_email(subscriber.email),
        is_refused=subscriber.messages_refused_at is not None,
        has_acted=has_acted,
    )
