"""Who may come: all, members, or only the invited."""

from flask import request

from eventapp import clock
from eventapp.accounts.access import me, render_console
from eventapp.db import transaction
from eventapp.errorpages import sentence
from eventapp.events.definition import EventDefinition
from eventapp.events.permitted import get_permitted
from eventapp.events.rules import ChangedMeanwhile
from eventapp.inviting.asking import Answer, to_round
from eventapp.inviting.forms import AudienceForm
from eventapp.inviting.routes import console
from eventapp.networks.access import asks
from eventapp.networks.rules import Permission
from eventapp.planning import actions as planning
from eventapp.planning.noting import note_event
from eventapp.planning.sending import origin
from eventapp.queue import nudge


@console.get("/audience")
@asks(Permission.EVENTS_EDIT)
def audience(slug: str) -> Answer:
    """The form as it stands."""
    event, _mine = get_permitted(slug, Permission.EVENTS_EDIT)
    return _show(event, AudienceForm(None, event=event))


@console.post("/audience", endpoint="audience_post")
@asks(Permission.EVENTS_EDIT)
def audience_post(slug: str) -> Answer:
    """Save, unless somebody else changed the event meanwhile; 303 to the round."""
    event, _mine = get_permitted(slug, Permission.EVENTS_EDIT)
    form, now = AudienceForm(request.form, event=event), clock.now()
    if not form.validate():
        return _show(event, form), 422
    try:
        with transaction() as session:
            planning.change_event(
                session, slug, seen=form.seen, origin=origin(), now=now, values=form.entered()
            )
            note_event(session, "event.edited", slug, before=event, by=me().account_id, now=now)
    except ChangedMeanwhile as refusal:
        form.revision.data = str(event.revision)
        return _show(event, form, sentence(refusal)), 422
    nudge("mail.deliver")
    return to_round(slug, "audience")


def _show(event: EventDefinition, form: AudienceForm, error: str = "") -> str:
    return render_console(
        "inviting/audience.html",
        tab="events",
        e=event,
        form=form,
        errors=[*([("", error)] if error else []), *form.problems()],
    )
