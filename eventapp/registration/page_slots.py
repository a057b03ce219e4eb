"""What differs between two requests for the same form, and where a refusal belongs in it."""

from flask import get_template_attribute

from eventapp.errors import Refused
from eventapp.events.definition import EventDefinition
from eventapp.forms import PublicForm
from eventapp.registration.fields import choice_name
from eventapp.registration.places import Places
from eventapp.registration.rules import Signup
from eventapp.web import csp_nonce


def place_slots(event: EventDefinition, places: Places, signup: Signup) -> dict[str, str]:
    """The places left of each attendance and of each item, as markup; and what marks our script."""
    state = get_template_attribute("macros/states.html", "places_state")
    closed = get_template_attribute("macros/states.html", "closed_state")
    attendances = {
        f"places:{each}": closed()
        if each in signup.closed
        else state(places[each], True, event.waiting_list)
        for each in event.attendances
    }
    return attendances | item_slots(event, places)


def item_slots(event: EventDefinition, places: Places) -> dict[str, str]:
    """As `place_slots`, of the items alone."""
    state = get_template_attribute("macros/states.html", "places_state")
    return {"csp_nonce": csp_nonce()} | {
        f"places:item:{item.slug}": state(places.items[item.slug], False, event.waiting_list)
        for item in event.choices
    }


def refused_field(refusal: Refused, form: PublicForm) -> str | None:
    """The name of the field that the refusal belongs to, if the form has it."""
    item = refusal.values.get("item")
    name = refusal.field
    if item is not None:
        name = choice_name(item.group) if item.group else "programme_items"
    return name if name in form else None
