"""An event for search engines: schema.org `Event` as a dictionary for JSON-LD."""

from typing import Any

from eventapp.events.definition import EventDefinition
from eventapp.events.models import EventStatus


def json_ld(event: EventDefinition, is_open: bool, public_url: str) -> dict[str, Any]:
    """https://schema.org/Event; free of charge, so the offer costs 0 euros."""
    url = f"{public_url}/events/{event.slug}"
    cancelled = event.status == EventStatus.CANCELLED
    first = event.starts_at or event.starts_on or event.first_day
    last = event.ends_at or event.ends_on or event.last_day
    return {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": event.title,
        "description": event.summary,
        "url": url,
        "startDate": first.isoformat(),
        "endDate": last.isoformat(),
        "eventStatus": f"https://schema.org/Event{'Cancelled' if cancelled else 'Scheduled'}",
        "eventAttendanceMode": f"https://schema.org/{_mode(event)}EventAttendanceMode",
        "location": _locations(event, url),
        "organizer": {"@type": "Organization", "name": event.network.name},
        "isAccessibleForFree": True,
        **({"offers": _offer(url, is_open)} if event.attendances else {}),
    }


def _offer(url: str, is_open: bool) -> dict[str, Any]:
    return {
        "@type": "Offer",
        "price": 0,
        "priceCurrency": "EUR",
        "url": f"{url}/register",
        "availability": f"https://schema.org/{'InStock' if is_open else 'SoldOut'}",
    }


def _mode(event: EventDefinition) -> str:
    if event.has_in_person and event.has_online:
        return "Mixed"
    return "Online" if event.has_online else "Offline"


def _locations(event: EventDefinition, url: str) -> list[dict[str, Any]]:
    """The meeting's own address is nobody's business: the event's page stands for it."""
    found: list[dict[str, Any]] = []
    if event.venue:
        found.append(
            {
                "@type": "Place",
                "name": event.venue.name,
                "address": {
                    "@type": "PostalAddress",
                    "streetAddress": event.venue.street,
                    "postalCode": event.venue.postal_code,
                    "addressLocality": event.venue.city,
                    "addressCountry": "DE",
                },
            }
        )
    if event.has_online:
        found.append({"@type": "VirtualLocation", "url": url})
    return found
