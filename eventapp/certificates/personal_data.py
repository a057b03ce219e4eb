"""What certificates hold about people. Once the registration has gone nobody can tell whose one
was, but for whoever holds the paper and knows the name on it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from eventapp.base import table_of
from eventapp.certificates.models import Certificate
from eventapp.privacy.declarations import Subject, before_erasing, declare, declare_impersonal

TIME = "when, without who"
_IN_ONE = 5_000  # ids in one statement

declare(
    "certificate",
    erased=("sealed", "registration_id"),
    kept={
        "id": "row key",
        "event_id": "row key",
        "version": "a number",
        "mac": "keyed hash of code and surname: proves a paper genuine, names nobody",
        "state": "what the check answers",
        "by_office": "what the check answers",
        "issued_at": TIME,
        "ended_at": TIME,
    },
    unlinked="registration_id",
)
declare_impersonal("certificate_look")


def forget_papers(session: Session, subjects: Sequence[Subject], _now: datetime) -> None:
    """What the papers of these people said, with their codes; the proof stays."""
    columns = table_of(Certificate).c
    ids = [subject.registration_id for subject in subjects]
    for start in range(0, len(ids), _IN_ONE):
        theirs = columns.registration_id.in_(ids[start : start + _IN_ONE])
        session.execute(update(table_of(Certificate)).where(theirs).values(sealed=None))


before_erasing("certificate", forget_papers)
