"""Figures and their targets; what they measure is measured by `./run bench`."""

import json
from pathlib import Path

import pytest

from bench.figures import Figure, compare, save, table

MET = Figure("scan", "900/s", "INSERT 2,000/s", 2.2, most=4)
MISSED = Figure("feed", "100/s", "page 6,000/s", 0.0167, least=1 / 5)
TOLD = Figure("mails", "300/s")


@pytest.mark.parametrize(("figure", "is_met"), [(MET, True), (MISSED, False), (TOLD, None)])
def test_targets(figure: Figure, is_met: bool | None) -> None:
    assert figure.is_met is is_met


def test_table_has_a_line_for_each() -> None:
    head, *lines = table([MET, MISSED, TOLD]).splitlines()
    assert head.startswith("figure")
    assert [line.split()[0] for line in lines] == ["scan", "feed", "mails"]
    assert lines[0].endswith("≤ 4     met")
    assert lines[1].endswith("≥ 0.2   NOT MET")


def test_rounds_are_compared_in_pairs() -> None:
    floors, values = iter([10.0, 5.0, 20.0]), iter([20.0, 10.0, 20.0])
    assert compare(lambda: next(floors), lambda: next(values), 3) == (10, 20, 2)


def test_kept_as_json(tmp_path: Path) -> None:
    content = json.loads(save([MET, MISSED], tmp_path / "bench").read_text())
    assert [row["is_met"] for row in content["figures"]] == [True, False]
