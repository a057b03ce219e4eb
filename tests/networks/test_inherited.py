"""What a network has from above, and to whom its people are shown."""

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventapp.networks.inherited import resolve
from eventapp.networks.models import Network, Role, Scope
from eventapp.networks.rules import OF_PEOPLE, Granted, Permission, allows

COLUMNS = [*(each.name for each in Network.__table__.columns), "logo_digest", "logo_alt"]
MORE = ["logo_width", "logo_height"]


def row(number: int, *, answers: bool = False, shows: bool = False, **values: object) -> object:
    """A network, `number` counted from the event's upwards."""
    empty = dict.fromkeys([*COLUMNS, *MORE])
    name = f"Stelle {number}" if answers else None
    known = {"id": number, "slug": f"n-{number}", "name": f"N {number}", "controller_name": name}
    return SimpleNamespace(**{**empty, **known, "shows_people_above": shows, **values})


def test_the_nearest_says_it_each_part_by_itself() -> None:
    above = row(2, answers=True, sender_email="land@example.org", brand="#004225", closes_days=7)
    found = resolve([row(1, closes_days=3), above])
    assert found.sender is not None
    assert (found.sender.name, found.sender.email) == ("N 2", "land@example.org")
    assert (found.colours.brand, found.colours.copper) == ("#004225", None)
    assert (found.deadlines.closes_days, found.deadlines.assistance_days) == (3, None)
    assert found.own == {"closes_days"}


def test_no_imprint_comes_from_above_the_controller() -> None:
    top = row(3, answers=True, controller_imprint="VR 3")
    mine, own_imprint = row(2, answers=True), row(1, controller_imprint="VR 1")
    assert resolve([mine, top]).controller.imprint is None  # type: ignore[union-attr]
    assert resolve([row(2), top]).controller.imprint == "VR 3"  # type: ignore[union-attr]
    assert resolve([own_imprint, mine, top]).controller.imprint == "VR 1"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("answering", "showing", "readers"),
    [
        ({1, 2, 3}, set(), ()),
        ({1, 2, 3}, {1}, (2,)),  # what 2 shows upwards are its own people, not those of 1
        ({1, 2, 3}, {1, 2}, (2,)),
        ({1, 3}, {1}, (2, 3)),  # 3 answers for 2
        ({1}, {1}, (2, 3)),
        ({2, 3}, {2}, (3,)),  # 1 belongs to 2
        ({2, 3}, {1}, ()),  # 1 does not answer for itself
        (set(), {1}, ()),
    ],
)
def test_people_are_shown_to_the_controller_above_and_no_further(
    answering: set[int], showing: set[int], readers: tuple[int, ...]
) -> None:
    chain = [row(n, answers=n in answering, shows=n in showing) for n in (1, 2, 3)]
    assert resolve(chain).reader_ids == readers


@given(
    st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=6),
    st.sampled_from(Role),
    st.integers(0, 5),
)
def test_showing_gives_reading_and_nothing_else(
    chain: list[tuple[bool, bool]], role: Role, at: int
) -> None:
    """Compared with the same tree in which nobody shows anything."""
    if at >= len(chain):
        return
    rows = [row(n, answers=answers, shows=shows) for n, (answers, shows) in enumerate(chain, 1)]
    controller = next((n for n, (answers, _shows) in enumerate(chain, 1) if answers), None)
    granted, ids = [Granted(role, Scope.NETWORK, at + 1)], [*range(1, len(chain) + 1)]
    for permission in Permission:
        shown, hidden = (
            allows(
                granted,
                permission,
                event_id=9,
                network_ids=ids,
                controller_id=controller,
                reader_ids=readers,
            )
            for readers in (resolve(rows).reader_ids, ())
        )
        if permission is not Permission.REGISTRATIONS_READ:
            assert shown == hidden
        elif shown and not hidden:
            assert controller is not None
            assert chain[controller - 1][1]
    assert Permission.REGISTRATIONS_READ in OF_PEOPLE
