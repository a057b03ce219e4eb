"""What events hold about people: the functional contact that the organiser names."""

from eventapp.events.models import Event
from eventapp.privacy.declarations import declare, declare_impersonal

CONTACT = ("contact_name", "contact_email", "contact_phone", "assistance_contact")

declare(
    "event",
    erased=CONTACT,
    kept={
        column.name: "about the event"
        for column in Event.__table__.columns
        if column.name not in CONTACT
    },
)
declare_impersonal(
    "event_date",
    "event_topic",
    "event_host",
    "event_co_network",
    "question",
    "region",
    "series",
    "site_revision",
    "topic",
)
declare(
    "programme_item",
    erased=("speakers",),
    kept=dict.fromkeys(
        (
            "id",
            "event_id",
            "slug",
            "title",
            "starts_at",
            "ends_at",
            "room",
            "capacity",
            "choice_group",
            "sequence",
        ),
        "about the event",
    ),
)
