"""The preview of a draft: one recipient's mail, and whom it goes to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import current_app
from sqlalchemy import Connection

from eventapp.accounts.access import render_console
from eventapp.db import reading
from eventapp.events.definition import EventDefinition
from eventapp.mail.kinds import Draft
from eventapp.mail.render import texts
from eventapp.messages import queries
from eventapp.messages.actions import KIND
from eventapp.messages.loading import May, wanted_of, words_of
from eventapp.messages.mails import MessageMails
from eventapp.messages.queries import Person, Sent
from eventapp.participants.selection import Wanted
from eventapp.registration.queries import get_holder

MOST_OFFERED = 10


@dataclass(frozen=True)
class Sample:
    """The mail that one of the first recipients would get."""

    person: Person
    in_english: bool
    draft: Draft

    @property
    def texts(self) -> tuple[str, str, str]:
        """Subject, plain text, HTML."""
        return texts(KIND, self.draft)


def find_sample(
    connection: Connection,
    event: EventDefinition,
    message: Sent,
    wanted: Wanted,
    asked: Mapping[str, str],
) -> tuple[Sequence[Person], Sample | None]:
    """Those to choose from, and the mail of the one asked for or the first; None where there is
    nobody to write to."""
    people = queries.list_first_recipients(connection, event, wanted, MOST_OFFERED)
    if not people:
        return (), None
    person = asked.get("person")
    chosen = next((each for each in people if str(each.id) == person), people[0])
    holder = get_holder(connection, chosen.id)
    language = asked.get("mail") or holder.language
    in_english = language == "en" and message.row.text_en is not None
    settings = current_app.config["SETTINGS"]
    mails = MessageMails(settings.public_url, settings.sender)
    draft = mails.sample(message.row, holder, in_english=in_english)
    return people, Sample(chosen, in_english, draft)


def show_preview(
    event: EventDefinition,
    may: May,
    message: Sent,
    asked: Mapping[str, str],
    errors: Sequence[tuple[str, str]] = (),
) -> str:
    """The draft's page."""
    wanted = wanted_of(event, may, message.row)
    audience, sample = None, None
    people: Sequence[Person] = ()
    if wanted:
        with reading() as connection:
            audience = queries.count_audience(connection, event, wanted)
            people, sample = find_sample(connection, event, message, wanted, asked)
    subject, plain, _html = sample.texts if sample else ("", "", "")
    return render_console(
        "messages/preview.html",
        tab="events",
        e=event,
        message=message.row,
        words=words_of(event, may, wanted),
        audience=audience,
        people=people,
        sample=sample,
        subject=subject,
        plain=plain,
        errors=errors,
        done=asked.get("done"),
    )
