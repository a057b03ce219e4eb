"""What waits for somebody, and how well the installation runs, in words that pages know. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from eventapp.events.definition import EventDefinition
from eventapp.events.models import EventStatus
from eventapp.networks.rules import Permission

LINK_NEEDED = timedelta(days=14)  # before the start
WORKER_SILENT = 120.0  # seconds after which organisers are told
MAIL_LATE = 300.0


class What(StrEnum):
    """Why an event waits for somebody."""

    DRAFT = "draft"
    LINK = "link"  # soon, online, and nobody can enter yet
    MAILS = "mails"  # some were refused for good, or may have been lost
    NAMED = "named"  # an organisation says that somebody is not theirs
    DECISIONS = "decisions"  # people wait to hear whether they may come
    RETURNED = "returned"  # invitations that came back
    NEEDS = "needs"  # nobody has looked at them yet


@dataclass(frozen=True)
class Task:
    """One thing to do; `n` counts where there may be several."""

    event: EventDefinition
    what: What
    n: int = 1


@dataclass(frozen=True)
class Noticed:
    """What is known of an event beside its definition, as far as one may act on it."""

    may_edit: bool = False
    lost_mails: int = 0
    new_needs: int = 0
    disputed: int = 0
    undecided: int = 0
    returned: int = 0


def tasks(events: list[EventDefinition], noticed: Mapping[int, Noticed], today: date) -> list[Task]:
    """What waits at these events, in their order; of what is over only lost mails."""
    return [
        Task(event, what, n)
        for event in events
        for what, n in _of(event, noticed.get(event.id, Noticed()), today)
    ]


def _of(event: EventDefinition, noticed: Noticed, today: date) -> Iterator[tuple[What, int]]:
    if noticed.may_edit and event.last_day >= today:
        soon = event.first_day - LINK_NEEDED <= today
        if event.status == EventStatus.DRAFT:
            yield What.DRAFT, 1
        lacks_link = event.has_online and not event.join_url
        if soon and event.status == EventStatus.PUBLISHED and lacks_link:
            yield What.LINK, 1
    if noticed.undecided and event.last_day >= today:
        yield What.DECISIONS, noticed.undecided
    if noticed.lost_mails:
        yield What.MAILS, noticed.lost_mails
    if noticed.returned and event.last_day >= today:
        yield What.RETURNED, noticed.returned
    if noticed.disputed and event.last_day >= today:
        yield What.NAMED, noticed.disputed
    if noticed.new_needs and event.last_day >= today:
        yield What.NEEDS, noticed.new_needs


class Trouble(StrEnum):
    """What does not run; ordered by what explains the others."""

    BROKER = "broker"
    WORKER = "worker"
    MAIL = "mail"


@dataclass(frozen=True)
class Running:
    """How the installation runs: ages in seconds, None where unknown or where nothing waits."""

    worker_age: float | None
    mail_age: float | None
    troubles: list[Trouble] = field(default_factory=list)


def running(*, has_broker: bool, worker_age: float | None, mail_age: float | None) -> Running:
    """What an organiser should know of it: mails leave without a broker too, only later."""
    found = {
        Trouble.BROKER: not has_broker,
        Trouble.WORKER: has_broker and (worker_age is None or worker_age > WORKER_SILENT),
        Trouble.MAIL: mail_age is not None and mail_age > MAIL_LATE,
    }
    return Running(worker_age, mail_age, [trouble for trouble, holds in found.items() if holds])


class FirstStep(StrEnum):
    """From an empty installation to the first event that the public sees."""

    NETWORK = "network"
    RESPONSIBLE = "responsible"  # sender and controller
    ORGANISATIONS = "organisations"
    TEAM = "team"
    EVENT = "event"
    PUBLISH = "publish"


@dataclass(frozen=True)
class Beginning:
    """What is there already."""

    has_network: bool
    has_responsible: bool
    has_organisations: bool
    has_team: bool
    has_event: bool
    has_published: bool


def first_steps(beginning: Beginning, mine: frozenset[Permission]) -> list[tuple[FirstStep, bool]]:
    """(step, whether it is done) of those that somebody with these permissions can take, in order;
    none once the public has seen an event, or for whoever plans none."""
    if beginning.has_published or Permission.EVENTS_EDIT not in mine:
        return []
    found = {
        FirstStep.NETWORK: (Permission.NETWORKS_EDIT, beginning.has_network),
        FirstStep.RESPONSIBLE: (Permission.NETWORKS_EDIT, beginning.has_responsible),
        FirstStep.ORGANISATIONS: (Permission.ORGANISATIONS_EDIT, beginning.has_organisations),
        FirstStep.TEAM: (Permission.ROLES_GRANT, beginning.has_team),
        FirstStep.EVENT: (Permission.EVENTS_EDIT, beginning.has_event),
        FirstStep.PUBLISH: (Permission.EVENTS_EDIT, False),
    }
    return [(step, is_done) for step, (needed, is_done) in found.items() if needed in mine]
