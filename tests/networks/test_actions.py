"""Networks, organisations and grants: made once, changed only where something differs."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from eventapp.accounts.actions import create_account
from eventapp.db import reading, transaction
from eventapp.networks.actions import grant, put_network, put_organisation, set_memberships
from eventapp.networks.models import Grant, Membership, Organisation, Role, Scope
from eventapp.networks.queries import get_tree
from eventapp.sitecache import site_revision

pytestmark = pytest.mark.usefixtures("app")

NOW = datetime(2024, 3, 1, 9, tzinfo=UTC)


def test_only_a_difference_is_a_revision() -> None:
    revisions = []
    for name in ("Netz", "Netz", "Anders"):
        with transaction() as session:
            put_network(session, "netz", now=NOW, name=name)
        with reading() as connection:
            revisions.append(site_revision(connection))
    assert revisions[0] == revisions[1] < revisions[2]


def test_a_sender_can_be_taken_away() -> None:
    with transaction() as session:
        put_network(session, "n", now=NOW, name="N", sender_name="N", sender_email="n@n.example")
    with transaction() as session:
        put_network(session, "n", now=NOW, sender_name=None, sender_email=None)
    with reading() as connection:
        assert get_tree(connection).get_by_slug("n").sender is None


def test_memberships_are_exactly_the_given() -> None:
    with transaction() as session:
        a, b = (put_network(session, slug, now=NOW, name=slug) for slug in "ab")
        body = put_organisation(session, "stelle", now=NOW, name="Ämter", type="land")
        set_memberships(session, body, [a], now=NOW)
        set_memberships(session, body, [b], now=NOW)
    with reading() as connection:
        assert connection.scalars(select(Membership.network_id)).all() == [b]
        assert connection.scalar(select(Organisation.sort_key)) == "amter"


def test_a_grant_is_given_once() -> None:
    with transaction() as session:
        account = create_account(session, "ada@ada.example", now=NOW)
        for _ in range(2):
            grant(session, account, Role.OWNER, Scope.INSTALLATION, 0, now=NOW)
    with reading() as connection:
        assert len(connection.execute(select(Grant.id)).all()) == 1
