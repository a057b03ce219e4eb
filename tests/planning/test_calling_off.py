"""Calling an event off leads to writing to its people."""

import re

from flask import Flask

from tests.planning.office import Office, event_of, send
from tests.registration.test_actions import sign_up


def test_what_is_called_off_leads_to_the_message_for_its_people(app: Flask) -> None:
    ada, address = Office(app, "treffen").ada(), "/organise/events/treffen"
    sign_up(event_of("treffen"))
    assert "Absage schreiben" not in ada.get(address).text
    send(ada, f"{address}/cancel")
    found = re.search(r'href="([^"]+)">Ihnen von der Absage', ada.get(address).text)
    assert found
    assert ada.get(found[1].replace("&amp;", "&")).status_code == 200
