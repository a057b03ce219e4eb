"""Mails to organisations are German; whoever reads no German finds a few lines and a page."""

import re

from flask import Flask
from flask.testing import FlaskClient

from eventapp.announcing.rules import KIND
from tests.announcing.test_announcing import announced
from tests.invitations.test_audience import Network as House
from tests.invitations.test_audience import mailed
from tests.invitations.test_round import ROUND, invite
from tests.planning.office import send


def test_an_invitation_says_in_short_what_it_is_and_opens_in_english(
    app: Flask, client: FlaskClient
) -> None:
    house = House(app)
    invite(house.chor)
    send(house.ada(), f"{ROUND}/send")
    _to, subject, plain, html = mailed("invitation")
    assert subject == "Einladung: Treffen"
    assert "English: You are invited to this event." in plain
    assert 'lang="en"' in html
    link = re.search(r"https?://\S+(/invitations/\S+\?lang=en)", plain)
    assert link
    assert '<html lang="en"' in client.get(link[1]).text


def test_a_saved_date_too(app: Flask) -> None:
    house = House(app, status="announced")
    announced(house.ada())
    _to, _subject, plain, html = mailed(KIND)
    assert "English: Please save this date. You can register later." in plain
    assert "/events/treffen?lang=en" in plain
    assert "Open in English" in html
    assert re.search(r"(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day", plain)
