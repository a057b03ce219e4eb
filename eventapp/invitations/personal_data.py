"""What invitations hold about people: guests by name, and codes that are keys to them."""

from eventapp.invitations.forgetting import forget_guests, forget_questions
from eventapp.privacy.declarations import (
    before_erasing,
    declare,
    declare_impersonal,
    erasing_address,
)

KEY, TIME, LINK = "row key", "when, without who", "state of the link"

declare(
    "invitation",
    erased=(
        "person_key",
        "salutation",
        "title",
        "first_name",
        "last_name",
        "email",
        "organisation",
        "code_hash",
        "code_sealed",
        "call_note",
    ),
    kept={
        "id": KEY,
        "event_id": KEY,
        "organisation_id": "figures of the round; an organisation is no person",
        "created_at": TIME,
        "revoked_at": LINK,
        "mailed_at": TIME,
        "reminded_at": TIME,
        "printed_at": TIME,
        "called_at": TIME,
        "answer": "counted in figures",
        "answered_at": TIME,
        "answered_by_office": "counted in figures",
    },
)
declare(
    "organisation_naming",
    erased=("token_hash", "token_sealed"),
    kept={
        "id": KEY,
        "registration_id": "leads to the registration, which is erased",
        "organisation_id": KEY,
        "created_at": TIME,
        "answer": "an answer without a name",
        "answered_at": TIME,
        "decision": "an answer without a name",
        "decided_at": TIME,
    },
    goes_with="registration_id",
)
declare_impersonal("invitation_text")
erasing_address("invitation", forget_guests)
before_erasing("invitations", forget_questions)
