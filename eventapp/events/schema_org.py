"""An event for search engines: schema.org `Event` as a dictionary for JSON-LD."""

from collections.abc import Sequence
from typing import Any, Protocol

from eventapp.events.definition import EventDefinition, Host, Venue
from eventapp.events.models import EventStatus, HostPart
from eventapp.events.rules import iso

_AVAILABILITY = {"open": "InStock", "full": "SoldOut", "full_closed": "SoldOut"}
"""By the state of sign-up; in all others there is nothing on offer."""


class Signup(Protocol):
    """Whether one can sign up now."""

    @property
    def state(self) -> str: ...


def json_ld(
    event: EventDefinition, signup: Signup, public_url: str, report: str | None = None
) -> dict[str, Any]:
    """https://schema.org/Event; free of charge, so the offer costs 0 euros. `report` is the title
    of what was published of it afterwards."""
    url = f"{public_url}/events/{event.slug}"
    first = event.starts_at or event.starts_on or event.first_day
    last = event.ends_at or event.ends_on or event.last_day
    offered = _AVAILABILITY.get(signup.state)
    return _known(
        {
            "@context": "https://schema.org",
            "@type": "Event",
            "name": event.title,
            "description": event.summary,
            "url": url,
            "startDate": iso(first),
            "endDate": iso(last),
            "eventStatus": _status(event),
            "previousStartDate": _single(event.previous_starts),
            "eventAttendanceMode": f"https://schema.org/{_mode(event)}EventAttendanceMode",
            "location": _locations(event, url),
            "organizer": _bodies(event.organisers),
            "funder": _bodies(event.hosts_as(HostPart.FUNDING)),
            "sponsor": _bodies(event.hosts_as(HostPart.LOGO_ONLY)),
            "isAccessibleForFree": True,
            "offers": _offer(url, offered) if offered else None,
            "subjectOf": _report(url, report) if report else None,
        }
    )


def _status(event: EventDefinition) -> str | list[str]:
    """Cancelled is all that matters; otherwise both moves may be true at once."""
    if event.status == EventStatus.CANCELLED:
        return "https://schema.org/EventCancelled"
    moves = {"EventRescheduled": event.previous_starts, "EventMovedOnline": event.was_in_person}
    states = [f"https://schema.org/{name}" for name, is_true in moves.items() if is_true]
    return _single(states) or "https://schema.org/EventScheduled"


def _single(values: Sequence[str]) -> str | list[str]:
    """A single one stands for itself."""
    return values[0] if len(values) == 1 else list(values)


def _known(values: dict[str, Any]) -> dict[str, Any]:
    """Without what was not said."""
    return {name: value for name, value in values.items() if value}


def _bodies(hosts: Sequence[Host]) -> list[dict[str, Any]] | dict[str, Any]:
    """A single one stands for itself."""
    found = [{"@type": "Organization", "name": host.name} for host in hosts]
    return found[0] if len(found) == 1 else found


def _offer(url: str, availability: str) -> dict[str, Any]:
    return {
        "@type": "Offer",
        "price": 0,
        "priceCurrency": "EUR",
        "url": f"{url}/register",
        "availability": f"https://schema.org/{availability}",
    }


def _report(url: str, title: str) -> dict[str, Any]:
    return {"@type": "Report", "headline": title, "url": f"{url}/report"}


def _mode(event: EventDefinition) -> str:
    if event.has_in_person and event.has_online:
        return "Mixed"
    return "Online" if event.has_online else "Offline"


def _locations(event: EventDefinition, url: str) -> list[dict[str, Any]]:
    """The meeting's own address is nobody's business: the event's page stands for it."""
    found: list[dict[str, Any]] = []
    if event.venue:
        found.append(_place(event.venue))
    if event.has_online:
        found.append({"@type": "VirtualLocation", "url": url})
    return found


def _place(venue: Venue) -> dict[str, Any]:
    address = {
        "@type": "PostalAddress",
        "streetAddress": venue.street,
        "postalCode": venue.postal_code,
        "addressLocality": venue.city,
        "addressCountry": "DE",
    }
    return _known({"@type": "Place", "name": venue.name, "address": _known(address)})
