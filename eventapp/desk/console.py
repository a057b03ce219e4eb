"""The organisers' start page."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial

from flask import Blueprint

from eventapp import clock
from eventapp.accounts.access import render_console
from eventapp.checkin.head_counts import HeadCount, list_head_counts
from eventapp.clock import BERLIN, berlin_day
from eventapp.db import reading
from eventapp.desk import queries
from eventapp.desk.rules import Noticed, first_steps, running, tasks
from eventapp.events.definition import EventDefinition
from eventapp.events.permitted import list_own_and_hosted
from eventapp.figures.counting import count_days
from eventapp.figures.rules import monday, weeks
from eventapp.invitations.naming import count_open
from eventapp.networks.access import asks, may_somewhere, my_grants
from eventapp.networks.queries import NetworkTree, get_tree, list_networks_where, may
from eventapp.networks.rules import Granted, Permission
from eventapp.ops import health
from eventapp.questions.queries import count_new_needs
from eventapp.registration.listing import with_places
from eventapp.registration.places import Places
from eventapp.registration.rules import Signup
from eventapp.returns.queries import count_unreached_invitations

console = Blueprint("desk", __name__, url_prefix="/organise")

_LOOKS_BACK = timedelta(days=60)
_EARLIER_WEEKS = timedelta(weeks=6)  # beside the present one


@dataclass(frozen=True)
class OwnEvent:
    """One event of the overview."""

    event: EventDefinition
    places: Places
    signup: Signup
    head: HeadCount


@console.get("/")
@asks()
def home() -> str:
    """Events of the last 60 days and to come, at which the account has any business."""
    grants, now = my_grants(), clock.now()
    today = berlin_day(now)
    since = datetime.combine(monday(today) - _EARLIER_WEEKS, time.min, BERLIN)
    with reading() as connection:
        events, hosted = list_own_and_hosted(connection, grants, since=today - _LOOKS_BACK)
        rows = with_places(connection, events, now)
        heads = list_head_counts(connection, events, now)
        tree = get_tree(connection)
        may_at = partial(_where, grants, events, tree)
        mine = may_at(Permission.EVENTS_EDIT)
        lost = queries.count_lost_mails(
            connection, mine & may_at(Permission.REGISTRATIONS_READ), now=now
        )
        undecided = queries.count_undecided(connection, may_at(Permission.REGISTRATIONS_EDIT))
        needs = count_new_needs(connection, list(may_at(Permission.NEEDS_READ)))
        returned = count_unreached_invitations(connection, may_at(Permission.INVITATIONS_SEND))
        disputed = count_open(connection, may_at(Permission.REGISTRATIONS_EDIT))
        counted = count_days(connection, [event.id for event in events], since)
        beginning = queries.get_beginning(connection, tree, events)
    mine_somewhere = frozenset(each for each in Permission if may_somewhere(each))
    own = [OwnEvent(event, places, signup, heads[event.id]) for event, places, signup in rows]
    may_create = bool(list_networks_where(grants, Permission.EVENTS_EDIT, tree))
    found = health.report() if may_create else None
    return render_console(
        "desk/home.html",
        tab="events",
        today=today,
        upcoming=[each for each in own if each.event.last_day >= today],
        hosted=hosted,
        past=[each for each in reversed(own) if each.event.last_day < today],
        tasks=tasks(
            events,
            {
                event.id: Noticed(
                    may_edit=event.id in mine,
                    lost_mails=lost.get(event.id, 0),
                    new_needs=needs.get(event.id, 0),
                    disputed=disputed.get(event.id, 0),
                    undecided=undecided.get(event.id, 0),
                    returned=returned.get(event.id, 0),
                )
                for event in events
            },
            today,
        ),
        weeks=_weeks(counted.values(), today),
        may_create=may_create,
        first_steps=first_steps(beginning, mine_somewhere),
        first_draft=next((each for each in events if each.id in mine and not each.is_public), None),
        first_network=next(iter(tree.all()), None),
        running=found
        and running(has_broker=found.broker, worker_age=found.worker_age, mail_age=found.mail_age),
    )


def _where(
    grants: Sequence[Granted],
    events: Sequence[EventDefinition],
    tree: NetworkTree,
    permission: Permission,
) -> set[int]:
    """The ids of those events at which the grants give the permission."""
    return {event.id for event in events if may(grants, permission, event, tree)}


def _weeks(counted: Iterable[Mapping[str, int]], today: date) -> list[tuple[date, int]]:
    """(Monday, sign-ups at all these events) of the weeks that the chart shows; none if no one."""
    days: Counter[str] = Counter()
    for each in counted:
        days.update(each)
    shown, _earlier = weeks(days, today)
    return shown
