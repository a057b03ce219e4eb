"""Every route is public on purpose, or stands behind an access check."""

from flask import Flask

from eventapp import anyone

PUBLIC = {
    "accounts",  # log in, log out, choose a password: each checks for itself
    "attendance",
    "checkin",  # /C/<CODE> shows a plain page to strangers
    "checkin_sync",  # a device token is the key
    "events",
    "feeds",
    "legal",
    "mail",  # the demo's mailbox; not registered otherwise
    "networks",
    "ops",
    "registration",
}


def test_every_blueprint_is_entered_beside_its_check(app: Flask) -> None:
    access = app.extensions["access"]
    assert set(access) == set(app.blueprints)
    assert {name for name, check in access.items() if check is anyone} <= PUBLIC


def test_no_route_stands_outside_a_blueprint(app: Flask) -> None:
    loose = {rule.endpoint for rule in app.url_map.iter_rules() if "." not in rule.endpoint}
    assert loose <= {"static"}
