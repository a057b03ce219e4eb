"""All that the page of results and its file show, for one reader."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from eventapp.evaluation import queries
from eventapp.evaluation.queries import Compared
from eventapp.evaluation.rules import Asked, Kind, Results, Stage, results_of
from eventapp.evaluation.words import Worded, worded
from eventapp.events.definition import EventDefinition
from eventapp.networks.access import my_grants
from eventapp.networks.queries import NetworkNode, get_tree, may
from eventapp.networks.rules import Permission


@dataclass(frozen=True)
class Report:
    """`answers` is how many there are, `results.total` how many are in what is shown."""

    asked: Asked
    stage: Stage
    answers: int
    there: int
    results: Results | None
    words: Mapping[str, Worded]
    texts: Mapping[str, Sequence[str]] | None  # None: not for this reader
    others: Sequence[Compared]

    @property
    def scales(self) -> list[str]:
        """Keys of the questions that can be compared."""
        return [each.key for each in self.asked.questions if each.kind is Kind.SCALE]


def read_report(
    connection: Connection, event: EventDefinition, mine: frozenset[Permission], now: datetime
) -> Report:
    """A fixed number of statements. Other events are those of the series that the reader sees."""
    asked = queries.find_asked(connection, event.id)
    box = queries.find_visible(connection, event, asked, now)
    return Report(
        asked,
        queries.stage_of(event, asked, now),
        queries.count_answers(connection, event.id),
        queries.count_there(connection, event.id),
        results_of(asked.questions, box),
        {each.key: worded(each) for each in asked.questions},
        box.texts if Permission.REGISTRATIONS_READ in mine else None,
        _others(connection, event, now),
    )


def _others(connection: Connection, event: EventDefinition, now: datetime) -> list[Compared]:
    if event.series is None:
        return []
    tree, grants = get_tree(connection), my_grants()
    found = queries.list_compared(connection, event.series.slug, event.id, now)
    return [
        each
        for each in found
        if may(grants, Permission.EVENTS_READ, _At(each.id, tree.get(each.network_id)), tree)
    ]


@dataclass(frozen=True)
class _At:
    """An event as the place of a permission."""

    id: int
    network: NetworkNode
