"""What sections hold about people: whatever was written."""

from eventapp.privacy.declarations import declare

declare(
    "wording",
    mentions=("live", "draft"),
    kept={
        "id": "row key",
        "event_id": "row key",
        "network_id": "row key",
        "kind": "a kind of mail",
        "live": "written for all who take part; whoever is named there is blanked",
        "draft": "as what is live",
        "revision": "counts changes",
        "changed_at": "when, without who",
    },
)
