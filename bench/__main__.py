"""`python -m bench`: measure everything, print the table, keep the figures."""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench import certificates, feed, lists, mail, paper, scanner, votes, web, year
from bench.figures import Figure, save, table
from bench.growth import Growth
from bench.people import add_crowd
from bench.site import Stage, stage
from config import CHECKOUT

PARTS = (
    "growth",
    "feed",
    "mail",
    "paper",
    "certificates",
    "web",
    "scanner",
    "year",
    "votes",
    "lists",
)


def main() -> int:
    options = _options()
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="eventapp-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL may run as another user
        with stage(folder) as ready:
            for figure in _measure(ready, options):
                print(f"… {figure.name}: {figure.value}", file=sys.stderr)
                figures.append(figure)
    print(table(figures))
    print(f"\n{save(figures, CHECKOUT / 'var' / 'bench')}")
    return int(any(figure.is_met is False for figure in figures))


def _measure(ready: Stage, options: argparse.Namespace) -> Iterator[Figure]:
    growth = Growth(ready, options.seconds, options.rounds)
    if "growth" in options.parts:  # first: nothing is stored yet
        yield from growth.before()
    for part in (feed, mail, paper, certificates, votes):
        if part.__name__.removeprefix("bench.") in options.parts:
            yield from part.measure(ready, options.rounds)
    if "web" in options.parts:
        yield from web.measure(ready, options.seconds, options.rounds)
    if "scanner" in options.parts:
        yield from scanner.measure()
    if "year" in options.parts:
        yield from year.measure(ready, options.rounds)
    if not {"growth", "lists"} & set(options.parts):
        return
    with ready.app().app_context():  # last: so much in the database would slow the others
        crowd = add_crowd()
    if "lists" in options.parts:
        yield from lists.measure(ready, crowd, options.seconds, options.rounds)
    if "growth" in options.parts:
        yield from growth.after()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run bench", description=__doc__)
    parser.add_argument("--only", dest="parts", choices=PARTS, action="append", help="a part")
    parser.add_argument("--seconds", type=float, default=2, help="of load for each figure")
    parser.add_argument("--rounds", type=int, default=5, help="of floor and figure in turn")
    options = parser.parse_args()
    options.parts = options.parts or PARTS
    return options


if __name__ == "__main__":
    sys.exit(main())
