"""Reminders and follow-ups: composed from what holds when they leave, dropped where their reason
has gone. The test of a step goes to the account that asked for it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Connection, exists, or_, select
from sqlalchemy.orm import Session

from eventapp import clock
from eventapp.accounts.queries import get_account
from eventapp.base import table_of
from eventapp.db import reading
from eventapp.events.definition import DateDefinition, EventDefinition
from eventapp.events.loading import get_definition_by_id
from eventapp.events.mails import as_test
from eventapp.events.models import EventStatus
from eventapp.languages import in_language
from eventapp.mail import kinds
from eventapp.mail.kinds import Draft
from eventapp.registration.holder import Holder
from eventapp.registration.holder_mails import HolderMails
from eventapp.registration.models import Registration
from eventapp.registration.queries import get_holder
from eventapp.reminders import evaluations, groups, rules, step_words
from eventapp.reminders.brought import Brought, brought
from eventapp.reminders.models import Awaits, Group, ReminderClaim, Side, Unit
from eventapp.reminders.plans import Plan, get_plan
from eventapp.reminders.rules import FOLLOW_UPS, REMINDERS, Step
from eventapp.reminders.samples import sample_of
from eventapp.reminders.sweep import FOLLOW_UP, REMINDER
from eventapp.unsubscribing.rules import Topic, unsubscribe_url
from eventapp.wording import text
from eventapp.wording.offers import offer
from eventapp.wording.rules import FIXED, FREE
from eventapp.wording.values import values_for

_WORDED: tuple[tuple[Group, Any], ...] = (
    (Group.PRESENT, _l("Nach der Veranstaltung: wer vor Ort da war")),
    (Group.PRESENT_ONLINE, _l("Nach der Veranstaltung: wer online dabei war")),
    (Group.ABSENT, _l("Nach der Veranstaltung: wer gefehlt hat")),
    (Group.WAITING, _l("Nach der Veranstaltung: wer keinen Platz bekam")),
)
_C = table_of(ReminderClaim)
_R = table_of(Registration).c


@dataclass(frozen=True)
class Part:
    """One date that a mail tells of, as its holder sees it."""

    holder: Holder
    date: DateDefinition
    step: Step
    plain: str  # the organisers' paragraph, or nothing
    html: str
    manage_url: str
    cancel_url: str
    join_url: str
    facts: Sequence[tuple[str, str]]
    brought: Brought

    @property
    def event(self) -> EventDefinition:
        return self.holder.event


class StepMails(HolderMails):
    """Composes the kinds for one installation."""

    def register(self) -> None:
        """Make the kinds known."""
        for kind in (REMINDER, FOLLOW_UP):
            kinds.register(kind, self._compose)
        offer(REMINDER, _l("Erinnerung vor dem Termin"), FIXED, partial(self.sample, REMINDERS[0]))
        thanks = next(each for each in FOLLOW_UPS if each.group is Group.PRESENT)
        offer(FOLLOW_UP, _l("Nach der Veranstaltung: alle"), FIXED, partial(self.sample, thanks))
        for group, label in _WORDED:
            shown = partial(self.sample, replace(thanks, group=group))
            offer(worded_as(group), label, FREE, shown, mail=FOLLOW_UP)

    def _compose(self, connection: Connection, ids: Mapping[str, int]) -> Draft | None:
        if "account_id" in ids:
            return self._test(connection, ids)
        now = clock.now()
        claims = connection.execute(
            select(_C)
            .where(or_(_C.c.id == ids["claim_id"], _C.c.lead_id == ids["claim_id"]))
            .order_by(_C.c.id)
        ).all()
        found = [self._part(connection, claim, now) for claim in claims]
        parts = [part for part in found if part is not None]
        parts.sort(key=lambda part: rules.begins_at(part.date))
        return self._draft(parts, now) if parts else None

    def _part(self, connection: Connection, claim: Any, now: datetime) -> Part | None:
        """What this claim still has to tell: the date is on that day, the person is in the group,
        the step in the plan, and no later one has come."""
        if _is_overtaken(connection, claim):
            return None
        holder = get_holder(connection, claim.registration_id)
        event = holder.event
        date = next((each for each in event.dates_on if each.uid == claim.date_uid), None)
        step = _fitting(connection, holder, get_plan(connection, event.id), claim)
        if date is None or step is None or rules.day_of(date) != claim.day:
            return None
        is_over = step.side is Side.BEFORE and now >= rules.begins_at(date)
        if is_over or event.status != EventStatus.PUBLISHED:
            return None
        part = self._made(connection, holder, date, step, now)
        return part if _has_enough(part) else None

    def _made(
        self,
        connection: Connection,
        holder: Holder,
        date: DateDefinition,
        step: Step,
        now: datetime,
    ) -> Part:
        manage_url = self.manage_url(holder)
        in_english = holder.language == "en" and step.text_en is not None
        body = (step.text_en if in_english else step.text) or ""
        with in_language(holder.language):
            values = values_for(holder, manage_url)
            facts = step_words.facts(holder, date, step)
            gifts = brought(connection, holder, step, manage_url, now)
        return Part(
            holder=holder,
            date=date,
            step=step,
            plain=text.plain(body, values),
            html=text.html(body, values),
            manage_url=manage_url,
            cancel_url=f"{manage_url}/cancel",
            join_url=f"{self.public_url}/join/{holder.join_token}",
            facts=facts,
            brought=gifts,
        )

    def _test(self, connection: Connection, ids: Mapping[str, int]) -> Draft | None:
        account = get_account(connection, ids["account_id"])
        event = get_definition_by_id(connection, ids["event_id"])
        step = get_plan(connection, event.id).find(step_of_ids(ids).key)
        if account is None or step is None:
            return None
        return as_test(self.sample(step, event, "en" if ids["in_english"] else "de"), account.email)

    def sample(self, step: Step, event: EventDefinition, language: str) -> Draft:
        """As somebody would get it who is made up; links lead where anybody may go."""
        dates = event.dates_on or event.dates
        date = dates[0 if step.side is Side.BEFORE else -1]
        link = f"{self.public_url}/registrations"
        holder = sample_of(event, step, language)
        with reading() as connection:
            made = self._made(connection, holder, date, step, clock.now())
        gifts = made.brought.led_to(link)
        part = replace(made, manage_url=link, cancel_url=link, join_url=link, brought=gifts)
        draft = self._draft([part], _at(step, date))
        context = {**draft.context, "unsubscribe_url": link}
        return replace(draft, unsubscribe_url=None, context=context)

    def _draft(self, parts: Sequence[Part], now: datetime) -> Draft:
        holder = parts[0].holder
        with in_language(holder.language):
            words = step_words.words(parts, now)
        is_reminder = parts[0].step.side is Side.BEFORE
        stop = unsubscribe_url(self.public_url, Topic.REMINDERS, holder.event.id, holder.email)
        draft = self.to_holder(
            holder,
            words=words,
            worded_as=None if is_reminder else worded_as(parts[0].step.group),
            dates=parts,
            is_test=False,
            manage_url=parts[0].manage_url,
            unsubscribe_url=stop,
        )
        return replace(draft, on_sent=_mark_asked(parts))


def _mark_asked(parts: Sequence[Part]) -> Callable[[Session, datetime], None] | None:
    """Whom it has asked how it was, no other mail asks."""
    ids = [part.holder.id for part in parts if part.brought.evaluation and part.holder.id]
    if not ids:
        return None

    def mark(session: Session, _now: datetime) -> None:
        for each in ids:
            evaluations.mark(session, each)

    return mark


def worded_as(group: Group) -> str:
    """Under which name what a group reads after the end is written; `wording` knows it."""
    return f"{FOLLOW_UP}-{group.value.replace('_', '-')}"


def _fitting(connection: Connection, holder: Holder, plan: Plan, claim: Any) -> Step | None:
    """The step that was claimed, where the person is in its group still. Where the ledger has
    learned better since, the one of the same moment that tells them how it was."""
    step = plan.find(claim.step)
    if step is None or _is_in(connection, holder, step, claim):
        return step
    others = [
        each
        for each in plan.steps
        if each.tells_outcome and each.distance == step.distance and each.awaits == step.awaits
    ]
    fitting = (each for each in others if _is_in(connection, holder, each, claim))
    return next(fitting, None) if step.tells_outcome else None


def _is_in(connection: Connection, holder: Holder, step: Step, claim: Any) -> bool:
    in_group = groups.in_group(step.group, claim.due_at, [holder.event.id])
    wanted = select(_R.id).where(_R.id == holder.id, in_group, groups.REACHABLE)
    return connection.execute(wanted).first() is not None


def _has_enough(part: Part) -> bool:
    """Whether there is for this person what the step waited for."""
    if part.step.awaits is Awaits.MATERIALS:
        return bool(part.brought.materials)
    return part.step.awaits is None or bool(part.step.text) or part.brought.is_something


def ids_of_test(event_id: int, step: Step, *, account_id: int, in_english: bool) -> dict[str, int]:
    """What the row of a test names: a step has no number, so all that makes it."""
    return {
        "account_id": account_id,
        "event_id": event_id,
        "side": list(Side).index(step.side),
        "amount": step.amount,
        "unit": list(Unit).index(step.unit),
        "group": list(Group).index(step.group),
        "in_english": int(in_english),
    }


def step_of_ids(ids: Mapping[str, int]) -> Step:
    """The other way round."""
    return Step(
        list(Side)[ids["side"]],
        ids["amount"],
        list(Unit)[ids["unit"]],
        list(Group)[ids["group"]],
    )


def _is_overtaken(connection: Connection, claim: Any) -> bool:
    """Whether a later step of the same date has been owed to the person."""
    later = exists().where(
        _C.c.registration_id == claim.registration_id,
        _C.c.date_uid == claim.date_uid,
        _C.c.day == claim.day,
        _C.c.due_at > claim.due_at,
    )
    return claim.step.startswith(Side.BEFORE) and bool(
        connection.execute(select(later)).scalar_one()
    )


def _at(step: Step, date: DateDefinition) -> datetime:
    """When it would leave."""
    due = rules.due_at(step, date)
    return due if due is not None else rules.begins_at(date)
