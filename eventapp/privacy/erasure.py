"""Erasing people from every table, as the features have declared their columns.

Whoever calls has locked the event and lets others move up; see `registration.erasure`.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Table, Text, cast, delete, or_, select, update
from sqlalchemy.orm import Session

from eventapp.base import Base
from eventapp.db import after_commit, empty_log
from eventapp.folding import folded
from eventapp.names import sort_key
from eventapp.privacy.declarations import Declaration, Subject, declared, steps

BLANK = "•••"
_IN_ONE = 5_000  # ids in one statement


def erase_rows(session: Session, subjects: Sequence[Subject], *, now: datetime) -> Counter[str]:
    """Delete all that hangs on these registrations, and themselves; how many rows of which table
    were deleted or changed."""
    after_commit(session, empty_log)
    for step in steps():
        step(session, subjects, now)
    counts: Counter[str] = Counter()
    ids = [subject.registration_id for subject in subjects]
    for table in reversed(Base.metadata.sorted_tables):
        declaration = declared()[table.name]
        counts[table.name] += _erase_from(session, table, declaration, ids)
        counts[table.name] += _blank(session, table, declaration, subjects)
    return +counts


def _erase_from(
    session: Session, table: Table, declaration: Declaration, ids: Sequence[int]
) -> int:
    name = declaration.goes_with or declaration.unlinked
    if name is None:
        return 0
    touched = 0
    for start in range(0, len(ids), _IN_ONE):
        theirs = table.c[name].in_(ids[start : start + _IN_ONE])
        statement: Any = (
            delete(table).where(theirs)
            if declaration.goes_with
            else update(table).where(theirs).values({name: None})
        )
        touched += session.connection().execute(statement).rowcount
    return touched


def _blank(
    session: Session, table: Table, declaration: Declaration, subjects: Sequence[Subject]
) -> int:
    """Put blanks for names and addresses where others have written them; of how many rows."""
    words = sorted({word for subject in subjects for word in subject.words})
    if not (declaration.mentions and words):
        return 0
    columns = [table.c[name] for name in declaration.mentions]
    named = or_(
        *(
            folded(cast(column, Text)).contains(sort_key(word), autoescape=True)
            for column in columns
            for word in words
        )
    )
    keys = list(table.primary_key)
    connection, touched = session.connection(), 0
    for row in connection.execute(select(*keys, *columns).where(named)).mappings().all():
        values = {each.name: blanked(row[each.name], words) for each in columns}
        mine = [key == row[key.name] for key in keys]
        touched += connection.execute(update(table).where(*mine).values(values)).rowcount
    return touched


def blanked(value: Any, words: Iterable[str]) -> Any:
    """The value, at whatever depth of lists and objects, without these words."""
    if isinstance(value, str):
        return _without(value, words)
    if isinstance(value, dict):
        return {blanked(name, words): blanked(each, words) for name, each in value.items()}
    if isinstance(value, list):
        return [blanked(each, words) for each in value]
    return value


def _without(text: str, words: Iterable[str]) -> str:
    """Where a word is spelled in another way, so that it is not found letter by letter, the whole
    text goes."""
    for word in words:
        text = re.sub(r"\s+".join(map(re.escape, word.split())), BLANK, text, flags=re.IGNORECASE)
    folded_text = sort_key(text)
    return BLANK if any(sort_key(word) in folded_text for word in words) else text


def is_called(name: str, first_name: str, last_name: str) -> bool:
    """Whether this whole name, as `sort_key` writes it, is the person's, in either order."""
    return name in map(sort_key, spellings(first_name, last_name, ""))


def spellings(first_name: str, last_name: str, email: str) -> Iterator[str]:
    """How a person is called in what others write: the address, and the whole name in either
    order. One name alone may be anybody's."""
    if email:
        yield email
    if first_name and last_name:
        yield f"{first_name} {last_name}"
        yield f"{last_name} {first_name}"
        yield f"{last_name}, {first_name}"
