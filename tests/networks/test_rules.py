"""Who may do what where."""

import pytest

from eventapp.networks.models import Role, Scope
from eventapp.networks.rules import OF_PEOPLE, PERMISSIONS, Granted, Permission, allows

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


LOCAL = 4
CHAIN = [LOCAL, COUNTY, LAND]  # nearest first


@pytest.mark.parametrize("permission", sorted(OF_PEOPLE))
@pytest.mark.parametrize(
    ("scope", "scope_id", "controller", "is_allowed"),
    [
        (Scope.NETWORK, LAND, LAND, True),  # one controller for the whole tree
        (Scope.NETWORK, LAND, None, True),
        (Scope.NETWORK, LAND, COUNTY, False),  # the event lies below a network with its own
        (Scope.NETWORK, LAND, LOCAL, False),
        (Scope.NETWORK, COUNTY, COUNTY, True),
        (Scope.NETWORK, COUNTY, LOCAL, False),
        (Scope.NETWORK, LOCAL, COUNTY, True),
        (Scope.NETWORK, LOCAL, LOCAL, True),
        (Scope.NETWORK, OTHER, None, False),
        (Scope.EVENT, EVENT, LOCAL, True),
        (Scope.INSTALLATION, 0, LOCAL, True),
    ],
)
def test_people_are_read_no_further_up_than_their_controller(
    permission: Permission, scope: Scope, scope_id: int, controller: int | None, *, is_allowed: bool
) -> None:
    role = next(each for each in Role if permission in PERMISSIONS[each])
    granted = [Granted(role, scope, scope_id)]
    found = allows(granted, permission, event_id=EVENT, network_ids=CHAIN, controller_id=controller)
    assert found is is_allowed


@pytest.mark.parametrize("permission", sorted(set(Permission) - OF_PEOPLE))
def test_all_else_goes_down_the_whole_tree(permission: Permission) -> None:
    role = next(each for each in Role if permission in PERMISSIONS[each])
    granted = [Granted(role, Scope.NETWORK, LAND)]
    assert allows(granted, permission, event_id=EVENT, network_ids=CHAIN, controller_id=LOCAL)


def test_needs_are_for_one_role_only() -> None:
    readers = [role for role, may in PERMISSIONS.items() if Permission.NEEDS_READ in may]
    assert readers == [Role.ASSISTANCE]


def test_every_role_is_described_and_the_door_sees_no_lists() -> None:
    assert set(PERMISSIONS) == set(Role)
    assert PERMISSIONS[Role.DOOR] == {Permission.EVENTS_READ, Permission.CHECKIN_SCAN}
