"""An event as its form shows it."""

from typing import Any

from eventapp.clock import BERLIN
from eventapp.events.definition import EventDefinition
from eventapp.planning.quota_fields import shown_quota

PLAIN = (
    "title",
    "kind",
    "waiting_list",
    "confirm_email",
    "approval",
    "venue_name",
    "venue_street",
    "venue_postal_code",
    "venue_city",
    "join_url",
    "dial_in",
    "join_notes",
    "test_url",
    "summary",
    "description",
    "host_note",
    "contact_name",
    "contact_email",
    "contact_phone",
)
"""Fields that hold a column of the event as it is."""
_VENUE = ("name", "street", "postal_code", "city")
_CONTACT = ("name", "email", "phone")


def shown(event: EventDefinition) -> dict[str, Any]:
    """The event as the form shows it."""
    venue, contact = event.venue, event.contact
    stands: dict[str, Any] = {name: getattr(event, name, None) for name in PLAIN}
    stands |= {f"venue_{name}": venue and getattr(venue, name) for name in _VENUE}
    stands |= {f"contact_{name}": contact and getattr(contact, name) for name in _CONTACT}
    stands |= {
        "venue_accessibility": "\n".join(venue.accessibility) if venue else "",
        "revision": str(event.revision),
        "ask_coming": event.ask_coming or "",
        "walk_ins": event.walk_ins or "",
        "network": event.network.slug,
        "attendance": [str(each) for each in event.attendances],
        "capacity_in_person": event.capacity_in_person,
        "capacity_online": event.capacity_online,
        "door_minutes": event.door_minutes,
        "starts_on": event.first_day,
        "topics": [topic.name for topic in event.topics],
        "ends_on": event.last_day if event.last_day != event.first_day else None,
    }
    return stands | shown_quota(event) | _shown_times(event)


def _shown_times(event: EventDefinition) -> dict[str, Any]:
    if event.starts_at is None or event.ends_at is None:
        return {}
    shown: dict[str, Any] = {}
    for side, instant in (("starts", event.starts_at), ("ends", event.ends_at)):
        wall = instant.astimezone(BERLIN)
        shown[f"{side}_on"] = wall.date()
        shown[f"{side}_time"] = wall.time().replace(fold=0)
        shown[f"{side}_fold"] = "second" if wall.fold else "first"
    if shown["ends_on"] == shown["starts_on"]:
        shown["ends_on"] = None
    return shown
