"""Sign-up for several events of a series: one page, one form, one receipt, one mail."""

from collections.abc import Sequence

from flask import get_template_attribute, redirect, render_template, url_for
from flask import request as http
from werkzeug import Response

from eventapp import clock, web
from eventapp.db import reading, transaction
from eventapp.errorpages import sentence
from eventapp.errors import Busy, Refused
from eventapp.events.queries import Filter, SeriesDefinition, get_series, list_upcoming
from eventapp.forms import has_form_token, new_form_token, refuse
from eventapp.languages import present_language
from eventapp.limits import SIGN_UP, limiter
from eventapp.networks.queries import get_tree
from eventapp.pagecache import Skeleton
from eventapp.queue import nudge
from eventapp.registration import actions
from eventapp.registration.forms import SignupForm, form_class
from eventapp.registration.listing import Row, with_places
from eventapp.registration.nearby import nearby
from eventapp.registration.place_asked import asked_place
from eventapp.registration.received import busy, is_token_good
from eventapp.registration.routes import pages
from eventapp.registration.series_form import Offers, SeriesForm, offers, series_form_class
from eventapp.registration.several import Wish, register_several

Answer = str | tuple[str, int] | Response


@pages.get("/series/<slug>/register")
def series(slug: str) -> Answer:
    """The fresh form; `event`, repeated, ticks dates."""
    shown, found = _load(slug)
    form = _form(found, None)
    form["events"].data = http.args.getlist("event")
    return _page(shown, found, form)


@pages.post("/series/<slug>/register", endpoint="series_post")
@limiter.limit(SIGN_UP)
def series_post(slug: str) -> Answer:
    """One form for all that was ticked; 303 to its receipt, or the filled form."""
    shown, found = _load(slug)
    form = _form(found, http.form)
    is_valid = form.validate()
    own = [form_class(event, ())(http.form) for event in form.chosen]
    are_valid = [each.validate() for each in own]
    form.take_errors(own)
    if not (is_token_good(form) and is_valid and all(are_valid)):
        return _page(shown, found, form), 422
    try:
        receipt = _register(form, own)
    except Refused as refusal:
        return _refuse(slug, refusal)
    except Busy:
        form.form_errors = [busy()]
        return _page(shown, found, form), 503
    nudge("mail.deliver")
    return redirect(url_for("registration.receipt", token=receipt), 303)


def _register(form: SeriesForm, own: Sequence[SignupForm]) -> str:
    """A single event is signed up for as from its own page."""
    token, now, language = str(form.form_token.data), clock.now(), present_language()
    wishes = [Wish(each.event, each.request(language)) for each in own]
    with transaction() as session:
        if len(wishes) == 1:
            [one] = wishes
            return actions.register(session, one.event, one.request, form_token=token, now=now)
        return register_several(session, wishes, form_token=token, now=now)


def _refuse(slug: str, refusal: Refused) -> Answer:
    """With the events as they are now."""
    shown, found = _load(slug)
    form = _form(found, http.form)
    form.validate()
    refuse(form, refusal.field, sentence(refusal))
    return _page(shown, found, form), 422


def _load(slug: str) -> tuple[SeriesDefinition, Offers]:
    """With the nearest events only, where the address names a place."""
    now = clock.now()
    with reading() as connection:
        shown = get_series(connection, slug)
        web.show_network(get_tree(connection).get(shown.network_id))
        upcoming = list_upcoming(connection, Filter(series=slug), clock.berlin_day(now))
        rows = with_places(connection, upcoming, now)
    return shown, offers(nearby(rows, *asked_place()).rows)


def _form(found: Offers, data: object) -> SeriesForm:
    return series_form_class([row[0] for row in found.common])(data)


def _page(shown: SeriesDefinition, found: Offers, form: SeriesForm) -> str:
    token = str(form.form_token.data or "")
    if not has_form_token():
        token = new_form_token(clock.now())
    html = render_template(
        "registration/series.html",
        series=shown,
        offers=found,
        place=dict(zip(("plz", "region"), asked_place(), strict=True)),
        form=form,
        errors=form.problems(),
    )
    return Skeleton(html).fill({"form_token": token, **_slots(found.common)})


def _slots(rows: Sequence[Row]) -> dict[str, str]:
    """The places left of each event, as lists show them."""
    state = get_template_attribute("macros/states.html", "event_state")
    return {f"places:event:{event.slug}": state(event, *rest) for event, *rest in rows}
