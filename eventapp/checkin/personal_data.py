"""What the door holds about people: ids that lead to the registration, and who waits for one."""

from eventapp.checkin.held_walk_ins import forget_address, forget_name, forget_namesakes
from eventapp.privacy.declarations import (
    before_erasing,
    declare,
    declare_impersonal,
    erasing_address,
    erasing_name,
)

KEY, COUNT, TIME = "row key", "counted in figures", "when, without who"

declare_impersonal("door")
declare(
    "device",
    erased=("name", "token_hash", "home_token_hash", "handover_hash"),
    kept={
        "id": KEY,
        "event_id": KEY,
        "door_id": KEY,
        "account_id": KEY,
        "revoked_at": TIME,
        "created_at": TIME,
        "accepted_at": TIME,
        "last_seen_at": TIME,
        "waiting": COUNT,
        "handover_until": TIME,
    },
)
declare(
    "scan",
    kept={
        "id": KEY,
        "scan_id": KEY,
        "event_id": KEY,
        "device_id": KEY,
        "registration_id": KEY,
        "programme_item_id": KEY,
        "event_date_id": KEY,
        "direction": COUNT,
        "finding": COUNT,
        "undone_at": TIME,
        "let_in": COUNT,
        "held_as": COUNT,
        "settled_at": TIME,
        "scanned_at": TIME,
        "received_at": TIME,
    },
    unlinked="registration_id",
)
declare(
    "walk_in",
    kept={
        "id": KEY,
        "walk_in_id": KEY,
        "event_id": KEY,
        "device_id": KEY,
        "registration_id": KEY,
        "is_beyond": COUNT,
        "created_at": TIME,
    },
    unlinked="registration_id",
)
declare(
    "held_walk_in",
    erased=("first_name", "last_name", "email", "email_key", "organisation"),
    kept={
        "id": KEY,
        "walk_in_id": KEY,
        "event_id": KEY,
        "device_id": KEY,
        "reason": COUNT,
        "came_at": TIME,
        "received_at": TIME,
        "rejected_at": TIME,
    },
)
erasing_address("held_walk_in", forget_address)
erasing_name("held_walk_in", forget_name)
before_erasing("held_walk_in", forget_namesakes)
