"""What a sign-up asks of the database: counted, so that no rule makes the plain one dearer."""

from typing import Any

import pytest

from eventapp.db import transaction
from tests.factories import make_organisation
from tests.registration.test_actions import WORKSHOPS, plan, sign_up, statuses
from tests.registration.test_quota import send
from tests.statements import counted

# The event's lock; the sign-up, with who has signed up before; the places; then the registration,
# its dates and its mail.
PLAIN = 6


def cost(**values: Any) -> int:
    """Of the second sign-up to such an event; what the transaction itself says is not counted."""
    items = tuple(values.pop("chosen", ()))
    organisation = values.pop("organisation", None)
    event = plan(**values)
    sign_up(event, "Ada", items=items)
    with counted(emptied=False) as statements:
        if organisation:
            send(event, "Ben", organisation)
        else:
            sign_up(event, "Ben", items=items)
    return sum(not each.startswith(("BEGIN", "SET ", "PRAGMA", "SAVEPOINT")) for each in statements)


@pytest.mark.usefixtures("app")
class TestCost:
    def test_plain(self) -> None:
        assert cost() == PLAIN

    def test_a_workshop_costs_its_row(self) -> None:
        assert cost(items=WORKSHOPS, chosen=["a"]) == PLAIN + 1

    def test_waiting_costs_nothing_more(self) -> None:
        assert cost(capacity_in_person=1) == PLAIN
        assert statuses() == ["confirmed", "waitlisted"]

    def test_a_quota_costs_a_look_into_the_register(self) -> None:
        with transaction() as session:
            make_organisation(session, name="Verein A")
        plain = cost(delegates_per_organisation=2)
        assert plain == PLAIN
        assert cost(delegates_per_organisation=2, organisation="Verein A") == PLAIN + 1 + ASKED

    def test_offers_cost_a_look(self) -> None:
        assert cost(offer_hours=24) == PLAIN + 1


ASKED = 2  # the organisation's contact is asked: the question and its mail
