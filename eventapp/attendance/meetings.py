"""The address of a meeting, made at the moment in which somebody goes in: one function per system.

Whoever needs to ask a meeting system for a personal address adds a function to `SYSTEMS`.
"""

from collections.abc import Callable, Mapping

from eventapp.events.definition import EventDefinition
from eventapp.registration.holder import Holder

Address = Callable[[Holder], str | None]


def plain(holder: Holder) -> str | None:
    """The one link that the organiser has entered, as it is by now."""
    return holder.event.join_url


SYSTEMS: Mapping[str, Address] = {"plain": plain}


def address_for(holder: Holder) -> str | None:
    """Where this person goes in; None where there is no address yet."""
    return SYSTEMS[holder.event.meeting_system](holder)


def has_room(event: EventDefinition) -> bool:
    """Whether there is, or will be, an address; asks no meeting system."""
    return event.join_url is not None or event.meeting_system != "plain"
