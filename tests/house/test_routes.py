"""Every route is public on purpose, or stands behind a check that holds."""

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from eventapp.rooms import anyone
from tests.house.full import Full, blueprint, methods, rules

FOR_ALL = {
    "checkin_shell.service_worker",
    "events.event",
    "events.list",
    "events.past",
    "events.series",
    "feeds.all_events",
    "feeds.calendar",
    "feeds.event",
    "feeds.kind",
    "feeds.network",
    "feeds.region",
    "feeds.series",
    "feeds.topic",
    "legal.accessibility",
    "legal.help",
    "legal.imprint",
    "legal.privacy",
    "material.public",
    "networks.logo",
    "networks.look",
    "networks.network",
    "ops.healthz",
    "ops.readyz",
    "registration.lost_link",
    "registration.lost_link_post",
    "registration.register",
    "registration.register_post",
    "registration.series",
    "registration.series_post",
    "reminders.asked",
    "reminders.notify",
    "reminders.notify_post",
    "report.picture",
    "report.report",
}
TOKEN_IS_THE_KEY = {
    "feeds.own",
    "feeds.own_calendar",
    "feeds.own_calendar_post",
    "registration.accept",
    "registration.accept_post",
    "registration.attendance",
    "registration.attendance_post",
    "registration.address",
    "registration.address_again",
    "registration.address_post",
    "certificates.own",
    "registration.data_file",
    "registration.withdraw",
    "accounts.password",
    "accounts.set_password",
    "attendance.join",
    "attendance.join_post",
    "checkin.home",
    "checkin.manifest",
    "checkin.pair",
    "checkin.pair_post",
    "invitations.cancel_delegate",
    "invitations.cancel_delegate_post",
    "invitations.decline",
    "invitations.decline_post",
    "invitations.delegate",
    "invitations.delegate_post",
    "invitations.invitation",
    "invitations.short",
    "invitations.short_qr",
    "material.own",
    "answers.evaluation",
    "answers.evaluation_post",
    "partner.date",
    "partner.date_post",
    "registration.another",
    "registration.assistant",
    "registration.assistant_post",
    "registration.calendar_file",
    "registration.cancel",
    "registration.cancel_post",
    "registration.confirm",
    "registration.confirm_post",
    "registration.change",
    "registration.change_post",
    "registration.next",
    "registration.next_post",
    "registration.own_dates",
    "registration.own_dates_post",
    "registration.receipt",
    "registration.receipt_post",
    "registration.substitute",
    "registration.substitute_post",
    "registration.ticket",
    "registration.ticket_pdf",
    "registration.ticket_png",
    "reminders.coming",
    "reminders.coming_post",
    "reminders.opening",
    "reminders.opening_post",
    "unsubscribing.unsubscribe",
    "unsubscribing.unsubscribe_post",
}
CHECKED_INSIDE = {
    "accounts.forgotten",
    "accounts.send_password_link",  # the same answer for everybody
    "accounts.log_in",
    "accounts.login",
    "accounts.logout",
    "accounts.second_step",  # only with the cookie that the right password brings
    "accounts.take_second_step",
    "certificates.verify",  # by the code and the surname on a paper
    "certificates.verify_code",
    "certificates.verify_post",
    "checkin.code",  # strangers see a plain page
    "checkin.hand_over",  # by a device's token
    "checkin.start",  # by a code that holds once
    "checkin.plain_manifest",
    "checkin.scanner",  # an empty one; the logged-in get their doors
    "checkin_sync.names",
    "checkin_sync.scans",  # by a device's token, as `status`
    "checkin_sync.status",
    "walk_ins.allowed",  # as well
    "walk_ins.register",
    "checkin_sync.roster",
}
DEMO = {"mail.mail", "mail.mail_file", "mail.mail_html", "mail.mailbox"}
PUBLIC = FOR_ALL | TOKEN_IS_THE_KEY | CHECKED_INSIDE | DEMO

# Ends a session, asked from another site it does not; and one click of a mail program (RFC 8058).
NEEDS_NO_FORM = {
    "accounts.logout",
    "unsubscribing.unsubscribe_post",
}


def test_every_route_is_public_on_purpose_or_has_an_access_check(app: Flask) -> None:
    access = app.extensions["access"]
    assert set(access) == set(app.blueprints)
    assert {rule.endpoint for rule in rules(app) if access[blueprint(rule)] is anyone} == PUBLIC


def test_the_key_stands_in_the_address(app: Flask) -> None:
    keyed = [rule for rule in rules(app) if rule.endpoint in TOKEN_IS_THE_KEY]
    assert all("token" in rule.arguments for rule in keyed)


@pytest.fixture
def full(app: Flask, tmp_path: Path) -> Full:
    full = Full(app, tmp_path)
    full.plan()
    return full


def test_strangers_are_sent_to_the_log_in(full: Full, client: FlaskClient) -> None:
    guarded = [rule for rule in rules(full.app) if rule.endpoint not in PUBLIC]
    assert guarded
    for rule in guarded:
        for method in methods(rule):
            answer = client.open(full.address(rule), method=method)
            assert answer.status_code == 302, rule
            assert answer.location.startswith("/login?next="), rule


def test_nothing_is_written_without_the_token_of_a_form(full: Full, client: FlaskClient) -> None:
    """Ada comes logged in, the others with the key in the address; neither sends a token."""
    ada = full.ada()
    for rule in rules(full.app):
        if methods(rule) <= {"GET"} or rule.endpoint in NEEDS_NO_FORM:
            continue
        for method in methods(rule):
            answers = [each.open(full.address(rule), method=method) for each in (ada, client)]
            expected = (302, 400, 401, 422) if rule.endpoint not in PUBLIC else (400, 401, 422)
            assert answers[0].status_code in (400, 401, 422), rule
            assert answers[1].status_code in expected, rule
