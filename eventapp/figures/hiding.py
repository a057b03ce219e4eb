"""Small cells: numbers of people who could be told apart are hidden, and follow from no sum. Pure.

What is hidden and why stands in `docs/decisions/0025-small-cells-in-figures.md`.
"""

from collections.abc import Collection, Mapping

LEAST_SHOWN = 5  # people; fewer in one cell could be somebody one knows

Cells = Mapping[str, int | None]  # None: hidden


def hide_small(cells: Cells, also: Collection[str] = ()) -> dict[str, int | None]:
    """Cells of fewer than `LEAST_SHOWN` people are hidden, and those of `also`. The sum of all is
    known: the next smallest go with them until those hidden are several and together no small cell.

    What is hidden already stays as it is.
    """
    known = {name: n for name, n in cells.items() if n is not None}
    if len(known) < len(cells):
        return dict(cells)
    hidden = {name for name, n in known.items() if 0 < n < LEAST_SHOWN or name in also}
    if hidden:
        for _n, name in sorted((n, name) for name, n in known.items() if n and name not in hidden):
            if _is_safe(known, hidden):
                break
            hidden.add(name)
        if not _is_safe(known, hidden):
            hidden = set(known)
    return {name: None if name in hidden else n for name, n in known.items()}


def _is_safe(cells: Mapping[str, int], hidden: Collection[str]) -> bool:
    return len(hidden) > 1 and sum(cells[name] for name in hidden) >= LEAST_SHOWN


def hide_groups(
    registered: Cells, there: Cells
) -> tuple[dict[str, int | None], dict[str, int | None]]:
    """The same groups as they signed up and as they came: hidden in the one, hidden in the other.

    So few people altogether are in no groups at all, whose names alone would say too much.
    """
    if None in registered.values() or not registered:
        return dict(registered), dict(there)
    if sum(n or 0 for n in registered.values()) < LEAST_SHOWN:
        return {}, {}
    shown = hide_small(registered)
    came = {name: there.get(name, 0) for name in registered} if there else {}
    return shown, hide_small(came, [name for name, n in shown.items() if n is None])


def hide_guests(cells: Cells) -> dict[str, int | None]:
    """Guests are people; what organisations say is no secret, however few they are."""
    return {
        name: None if name.startswith("guests") and n and n < LEAST_SHOWN else n
        for name, n in cells.items()
    }
