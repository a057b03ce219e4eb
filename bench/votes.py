"""One more answer to an evaluation that thousands have answered: all of its notes of who has voted
are written anew each time, so that nothing on the disk tells who came when."""

import time
from collections.abc import Iterator
from statistics import median

from sqlalchemy import insert

from bench.figures import Figure
from bench.site import Stage
from eventapp.base import table_of
from eventapp.db import transaction
from eventapp.evaluation.models import EvaluationVoted
from eventapp.events.definition import EventDefinition
from tests.checkin.door import make_guest
from tests.evaluation.asked import SHORT, answer, ask, guest_of, make_over

FEW, MANY, MORE = 50, 5_000, 20
_GIVEN = {"q1": "4", "q2": ["0"], "q3": "Mehr Zeit für Gespräche wäre schön gewesen."}


def measure(stage: Stage, _rounds: int) -> Iterator[Figure]:
    """Seconds until an answer is stored, which is how long the next one waits; no target."""
    with stage.app().app_context():
        few, many = (_answers(each) for each in (FEW, MANY))
    first, last = median(many[:5]), median(many[-5:])
    yield Figure(
        f"an answer beside {MANY:,}",
        f"{first * 1000:.0f} ms, after {MORE} more {last * 1000:.0f} ms",
        f"beside {FEW} {median(few) * 1000:.0f} ms",
        last / median(few),
    )


def _answers(voted: int) -> list[float]:
    """How long each of some more answers takes."""
    event = make_over(f"gefragt-{voted}", capacity_in_person=voted + MORE)
    ask(event, SHORT)
    _have_voted(event, voted)
    return [_one(event) for _ in range(MORE)]


def _have_voted(event: EventDefinition, count: int) -> None:
    with transaction() as session:
        guests = [make_guest(session, event.id) for _ in range(count)]
        rows = [{"registration_id": each.id, "event_id": event.id} for each in guests]
        session.execute(insert(table_of(EvaluationVoted)), rows)


def _one(event: EventDefinition) -> float:
    guest = guest_of(event)
    start = time.perf_counter()
    answer(event, guest, _GIVEN)
    return time.perf_counter() - start
