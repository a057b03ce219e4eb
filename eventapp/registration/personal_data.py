"""What registrations hold about people."""

from eventapp.privacy.declarations import before_erasing, declare, erasing_address
from eventapp.registration.leaving import forget_former, forget_refusals, forget_wanted
from eventapp.registration.own_feed import end_of_address, end_with_last

KEY, COUNT, TIME = "row key", "counted in figures", "when, without who"

declare(
    "registration",
    erased=(
        "salutation",
        "title",
        "first_name",
        "last_name",
        "email",
        "email_key",
        "person_key",
        "sort_key",
        "organisation",
        "organisation_key",
        "role",
        "language",
        "door_note",
        "needs_sealed",
        "photo_consent",
        "list_consent",
        "cancel_note",
        "secrets_sealed",
        "manage_hash",
        "ticket_hash",
        "join_hash",
        "short_code_hash",
    ),
    kept={
        "id": KEY,
        "event_id": KEY,
        "signup_id": KEY,
        "organisation_id": "figures by type of organisation",
        "invitation_id": "leads to the invitation, whose person is erased",
        "is_guest": COUNT,
        "status": COUNT,
        "attendance": COUNT,
        "waits_for": COUNT,
        "queue_number": COUNT,
        "offer_ends_at": TIME,
        "by_office": COUNT,
        "sequence": "calendar revision",
        "revised_at": TIME,
        "request_sent_at": TIME,
        "needs_told_at": TIME,
        "link_mailed_at": TIME,
        "coming_asked_on": TIME,
        "coming_at": TIME,
        "created_at": TIME,
        "proof_until": TIME,
        "admitted_at": TIME,
        "confirmed_at": TIME,
        "cancelled_at": TIME,
        "cancelled_as": COUNT,
        "main_id": "whom an assistant comes with",
        "replaced_by_id": "who comes instead",
    },
    goes_with="id",
)
declare(
    "signup",
    erased=("form_token_hash", "person_hash", "receipt_hash", "masked_email"),
    kept={
        "id": KEY,
        "event_id": KEY,
        "is_repeat": COUNT,
        "is_several": COUNT,
        "correctable_until": TIME,
        "created_at": TIME,
    },
)
declare("signup_refusal", kept={"signup_id": KEY, "event_id": KEY, "code": COUNT})
declare(
    "answer",
    erased=("value", "value_sealed"),
    kept={"registration_id": KEY, "question_id": KEY},
    goes_with="registration_id",
)
declare(
    "place",
    erased=("uid",),
    kept={"id": KEY, "registration_id": KEY, "programme_item_id": KEY, "status": COUNT},
    goes_with="registration_id",
)
declare(
    "registration_date",
    erased=("uid",),
    kept={"registration_id": KEY, "event_date_id": KEY},
    goes_with="registration_id",
)
declare(
    "withdrawn_link",
    kept={"token_hash": "of a random number that leads to nobody", "withdrawn_at": TIME},
)
declare(
    "address_change",
    erased=("email", "token_hash", "token_sealed"),
    kept={"registration_id": KEY, "asked_at": TIME},
    goes_with="registration_id",
)
declare(
    "former_address",
    erased=("email",),
    kept={
        "id": KEY,
        "registration_id": KEY,
        "had_request": "whether a CANCEL is owed",
        "sequence": "calendar revision",
        "revised_at": TIME,
        "created_at": TIME,
    },
    goes_with="registration_id",
)
declare(
    "personal_feed",
    erased=("email_key", "person_key", "token_hash", "token_sealed"),
    kept={"id": KEY, "no_files_since": TIME, "created_at": TIME},
)
before_erasing("refusals", forget_refusals)
before_erasing("personal_feed", end_with_last)
erasing_address("personal_feed", end_of_address)
erasing_address("former_address", forget_former)
erasing_address("address_change", forget_wanted)
