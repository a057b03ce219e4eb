"""The fields of the form that say how places are given."""

from flask import Flask

from tests.factories import in_days
from tests.planning.office import Office, event_of, send, shown

EDIT = "/organise/events/treffen/edit"


def test_delegates_of_an_organisation_are_limited_until_a_day_before_the_event(
    app: Flask,
) -> None:
    office = Office(app, "treffen")
    ada = office.ada()
    late = shown(ada, EDIT) | {
        "delegates_per_organisation": "0",
        "release_unused_on": in_days(41).isoformat(),
    }
    refused = send(ada, EDIT, **late)
    assert refused.status_code == 422
    assert "Eine Zahl zwischen 1 und 1000, oder leer für beliebig viele." in refused.text
    assert "Die Veranstaltung hat dann schon begonnen." in refused.text
    good = late | {"delegates_per_organisation": "2", "release_unused_on": in_days(29).isoformat()}
    assert send(ada, EDIT, **good).status_code == 303
    event = event_of(office.slug)
    assert (event.delegates_per_organisation, event.release_unused_on) == (2, in_days(29))
    assert in_days(29).isoformat() in ada.get(EDIT).text
