"""Sign-up: two requests, no cookie, no account."""

from collections.abc import Sequence

from flask import redirect, render_template, url_for
from flask import request as http
from werkzeug import Response

from eventapp import clock, web
from eventapp.db import reading, transaction
from eventapp.errorpages import sentence
from eventapp.errors import Busy, Refused
from eventapp.events.definition import EventDefinition
from eventapp.events.loading import get_definition_by_id
from eventapp.events.queries import get_public_event
from eventapp.forms import has_form_token, new_form_token, refuse
from eventapp.invitations.queries import find_invited, find_shared, list_members
from eventapp.invitations.rules import Invited, Member, access_of, asks_organisation
from eventapp.languages import present_language
from eventapp.limits import SIGN_UP, limiter
from eventapp.pagecache import Skeleton, SkeletonCache
from eventapp.queue import nudge
from eventapp.registration import actions, queries
from eventapp.registration.forms import SignupForm, form_class
from eventapp.registration.holding import load
from eventapp.registration.page_slots import place_slots, refused_field
from eventapp.registration.places import Places
from eventapp.registration.received import busy, is_token_good
from eventapp.registration.routes import pages
from eventapp.registration.rules import Signup, signup_state

_skeletons = SkeletonCache()
_classes: dict[int, type[SignupForm]] = {}

Answer = str | tuple[str, int] | Response


@pages.get("/events/<slug>/register")
def register(slug: str) -> Answer:
    """The fresh form, or the reason why there is none; `?invitation=` brings the code of one."""
    code = http.args.get("invitation")
    with reading() as connection:
        event = get_public_event(connection, slug)
        places = queries.places(connection, event)
        invited = find_invited(connection, event, code) if code else None
    signup = signup_state(event, places, clock.now(), access_of(invited))
    web.show_network(event.network)
    if not signup.is_possible:
        return render_template("registration/closed.html", e=event, signup=signup, places=places)
    if invited and code:  # it may say who somebody is: nothing to keep
        return _invited_form(event, places, signup, invited, code)
    key = (slug, present_language(), signup.state, http.query_string)
    skeleton = _skeletons.get(event, key, lambda: _form_html(event, places, signup, None, []))
    slots = place_slots(event, places, signup)
    return skeleton.fill({"form_token": new_form_token(clock.now()), **slots})


def _invited_form(
    event: EventDefinition, places: Places, signup: Signup, invited: Invited, code: str
) -> Response:
    form = _form_class(event)(None)
    form.show_invited(invited, code)
    return _one_time(event, places, signup, form, invited)


def _one_time(
    event: EventDefinition,
    places: Places,
    signup: Signup,
    form: SignupForm,
    invited: Invited | None,
    *,
    is_shared: bool = False,
) -> Response:
    """A form that says something of somebody is kept nowhere."""
    html = _form_html(event, places, signup, form, [], invited, is_shared=is_shared)
    slots = {"form_token": new_form_token(clock.now()), **place_slots(event, places, signup)}
    response = Response(Skeleton(html).fill(slots), mimetype="text/html")
    response.headers["Cache-Control"] = "private, no-store"
    return response


@pages.get("/registrations/<token>/another")
def another(token: str) -> Answer:
    """The form for a colleague or a second person of one mailbox, with what is shared filled in:
    only behind the proved link. It is sent as any other."""
    holder = load(token)
    event = holder.event
    with reading() as connection:
        places = queries.places(connection, event)
        invited, code = find_shared(connection, holder.invitation_id)
    signup = signup_state(event, places, clock.now(), access_of(invited))
    if not signup.is_possible:
        return render_template("registration/closed.html", e=event, signup=signup, places=places)
    form = _form_class(event)(None)
    form.share(holder)
    if invited and code:
        form.show_invited(invited, code)
    return _one_time(event, places, signup, form, invited, is_shared=True)


@pages.post("/events/<slug>/register", endpoint="register_post")
@limiter.limit(SIGN_UP)
def register_post(slug: str) -> Answer:
    """One sign-up; 303 to its receipt, or the filled form with what is wrong."""
    with reading() as connection:
        event = get_public_event(connection, slug)
    web.show_network(event.network)
    form = _filled(event)
    is_valid = form.validate()
    if not (is_token_good(form) and is_valid):
        return _show_again(event, form)
    token = str(form.form_token.data)
    try:
        with transaction() as session:
            receipt = actions.register(
                session,
                event,
                form.request(present_language()),
                form_token=token,
                now=clock.now(),
                is_last=True,
            )
    except Refused as refusal:
        return _refuse(event, form, refusal)
    except Busy:
        form.form_errors = [busy()]
        return _show_again(event, form, 503)
    nudge("mail.deliver")
    return redirect(url_for("registration.receipt", token=receipt), 303)


def _form_class(event: EventDefinition) -> type[SignupForm]:
    """Built once per revision of the event; the site's, where it offers organisations."""
    kept = _classes.get(event.id)
    if kept is None or kept.event is not event:
        members: Sequence[Member] = ()
        if asks_organisation(event):
            with reading() as connection:
                members = list_members(connection, event)
        kept = _classes[event.id] = form_class(event, members)
    return kept


def _filled(event: EventDefinition) -> SignupForm:
    """What was sent; with an invitation, only what is asked of whom it is for."""
    form = _form_class(event)(http.form)
    invited = _invited(event, form)
    if invited:
        form.show_invited(invited, str(form.invitation.data))
    return form


def _invited(event: EventDefinition, form: SignupForm) -> Invited | None:
    if not form.invitation.data:
        return None
    with reading() as connection:
        return find_invited(connection, event, str(form.invitation.data))


def _refuse(event: EventDefinition, form: SignupForm, refusal: Refused) -> Answer:
    """Put the reason beside the field it belongs to."""
    refuse(form, refused_field(refusal, form), sentence(refusal))
    return _show_again(event, form)


def _show_again(event: EventDefinition, form: SignupForm, code: int = 422) -> Answer:
    """The form as it was filled in, with a summary of what is wrong and a token that works."""
    with reading() as connection:
        present = get_definition_by_id(connection, event.id)
        places = queries.places(connection, present)
    if present is not event:
        event, form = present, _filled_anew(present, form)
    now = clock.now()
    invited = _invited(event, form)
    signup = signup_state(event, places, now, access_of(invited))
    if not signup.is_possible:
        page = render_template("registration/closed.html", e=event, signup=signup, places=places)
        return page, 422
    errors = form.problems()
    token = str(form.form_token.data or "")
    if not has_form_token():
        token = new_form_token(now)
    html = _form_html(event, places, signup, form, errors, invited)
    return Skeleton(html).fill({"form_token": token, **place_slots(event, places, signup)}), code


def _filled_anew(event: EventDefinition, form: SignupForm) -> SignupForm:
    """What was filled in, in the form of the event that was changed meanwhile."""
    anew = _filled(event)
    anew.validate()
    anew.form_errors = form.form_errors
    return anew


def _form_html(
    event: EventDefinition,
    places: Places,
    signup: Signup,
    form: SignupForm | None,
    errors: list[tuple[str, str]],
    invited: Invited | None = None,
    *,
    is_shared: bool = False,
) -> str:
    return render_template(
        "registration/register.html",
        invited=invited,
        is_shared=is_shared,
        e=event,
        places=places,
        signup=signup,
        form=form or _form_class(event)(None),
        errors=errors,
    )
