"""The mail of a message: rendered for one recipient at the moment it leaves, or dropped where they
cancelled or refused meanwhile. Its test goes to the account that asked for it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from eventapp.accounts.queries import get_account
from eventapp.events.mails import as_test
from eventapp.languages import in_language
from eventapp.mail import kinds
from eventapp.mail.kinds import Draft
from eventapp.messages.actions import KIND
from eventapp.messages.queries import get_text
from eventapp.messages.rules import WRITES_TO
from eventapp.registration.holder import Holder
from eventapp.registration.holder_mails import HolderMails
from eventapp.registration.queries import get_holder
from eventapp.unsubscribing.queries import is_refused
from eventapp.unsubscribing.rules import Topic, unsubscribe_url
from eventapp.wording import text
from eventapp.wording.values import values_for


class MessageMails(HolderMails):
    """Composes the kind for one installation."""

    def register(self) -> None:
        """Make the kind known."""
        kinds.register(KIND, self._compose)

    def _compose(self, connection: Connection, ids: Mapping[str, int]) -> Draft | None:
        message = get_text(connection, ids["message_id"])
        if "account_id" in ids:
            return self._test(connection, message, ids)
        holder = get_holder(connection, ids["registration_id"])
        event, is_stopped = (
            holder.event,
            message.leaves_at is None or message.stopped_at is not None,
        )
        if is_stopped or holder.status not in WRITES_TO:
            return None
        if is_refused(connection, Topic.MESSAGES, event.id, event.network.id, holder.email):
            return None
        return self._draft(
            message,
            holder,
            is_english=holder.language == "en" and message.text_en is not None,
            link=self.manage_url(holder),
            stop=unsubscribe_url(self.public_url, Topic.MESSAGES, event.id, holder.email),
        )

    def _test(self, connection: Connection, message: Any, ids: Mapping[str, int]) -> Draft | None:
        account = get_account(connection, ids["account_id"])
        if account is None:
            return None
        holder = get_holder(connection, ids["sample_id"])
        draft = self.sample(message, holder, in_english=bool(ids["in_english"]))
        return as_test(draft, account.email)

    def sample(self, message: Any, holder: Holder, *, in_english: bool) -> Draft:
        """As the holder would get it, without the keys to what is theirs."""
        is_english = in_english and message.text_en is not None
        link = f"{self.public_url}/registrations"
        return self._draft(message, holder, is_english=is_english, link=link, stop=link)

    def _draft(
        self, message: Any, holder: Holder, *, is_english: bool, link: str, stop: str
    ) -> Draft:
        language = "en" if is_english else "de"
        subject = message.subject_en if is_english else message.subject
        body = message.text_en if is_english else message.text
        with in_language(language):
            values = values_for(holder, link)
        draft = self.about(
            holder.event,
            holder.email,
            language,
            subject=text.one_line(subject, values),
            plain=text.plain(body, values),
            html=text.html(body, values),
            is_test=False,
            manage_url=link,
            unsubscribe_url=stop,
        )
        return replace(draft, reply_to=message.reply_to or draft.reply_to)
