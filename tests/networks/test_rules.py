"""Who may do what where."""

import pytest

from eventapp.networks.models import Role, Scope
from eventapp.networks.rules import PERMISSIONS, Granted, Permission, allows

LAND, COUNTY, OTHER = 1, 2, 3
EVENT = 7
ABOVE = [COUNTY, LAND]


@pytest.mark.parametrize(
    ("granted", "is_allowed"),
    [
        (Granted(Role.ORGANISER, Scope.INSTALLATION, 0), True),
        (Granted(Role.ORGANISER, Scope.NETWORK, LAND), True),
        (Granted(Role.ORGANISER, Scope.NETWORK, COUNTY), True),
        (Granted(Role.ORGANISER, Scope.NETWORK, OTHER), False),
        (Granted(Role.ORGANISER, Scope.EVENT, EVENT), True),
        (Granted(Role.ORGANISER, Scope.EVENT, COUNTY), False),
        (Granted(Role.ORGANISER, Scope.NETWORK, EVENT), False),
        (Granted(Role.VIEWER, Scope.INSTALLATION, 0), False),
    ],
)
def test_grants_hold_downwards_only(granted: Granted, is_allowed: bool) -> None:
    permission = Permission.EVENTS_EDIT
    assert allows([granted], permission, event_id=EVENT, network_ids=ABOVE) is is_allowed


def test_needs_are_for_one_role_only() -> None:
    readers = [role for role, may in PERMISSIONS.items() if Permission.NEEDS_READ in may]
    assert readers == [Role.ASSISTANCE]


def test_every_role_is_described_and_the_door_sees_no_lists() -> None:
    assert set(PERMISSIONS) == set(Role)
    assert PERMISSIONS[Role.DOOR] == {Permission.EVENTS_READ, Permission.CHECKIN_SCAN}
