"""Clicks at the same moment: one invitation, one round."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from flask import Flask

from eventapp.clock import now
from eventapp.db import db, transaction
from eventapp.invitations import actions, sending
from eventapp.invitations.rules import NothingToSend
from tests.invitations.test_audience import Network as House
from tests.invitations.test_audience import owed
from tests.invitations.test_round import invitees
from tests.planning.office import event_of


def at_once(app: Flask, act: Callable[[], object]) -> list[object]:
    """What four clicks at the same moment answer."""

    def click(_number: int) -> object:
        with app.app_context():
            try:
                return act()
            except NothingToSend as refusal:
                return type(refusal)
            finally:
                db.session.remove()

    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(click, range(4)))


def test_four_clicks_at_once_send_and_invite_once(app: Flask) -> None:
    house = House(app, audience="invited")

    def make() -> object:
        with transaction() as session:
            return actions.invite(session, event_of("treffen"), [house.chor], now=now())

    def leave() -> object:
        with transaction() as session:
            return len(sending.send_round(session, event_of("treffen"), now=now()).mails)

    assert sorted(map(bool, at_once(app, make))) == [False, False, False, True]
    assert len(invitees()) == 1
    answers = at_once(app, leave)
    assert answers.count(NothingToSend) == 3
    assert 2 in answers  # the choir has two contacts
    assert len(owed("invitation")) == 2
