"""Every task is in the timetable or nudged, and goes to a queue that workers listen to."""

import ast
import re
import runpy
from pathlib import Path

import config

ROOT = Path(__file__).resolve().parents[2]


def test_every_task_is_called_for(tmp_path: Path) -> None:
    defined = set()
    for path in (ROOT / "workers").glob("*.py"):
        defined |= set(re.findall(r'\.task\(name="([^"]+)"', path.read_text()))
    settings = config.load({"DATA_DIR": str(tmp_path)})
    schedule = runpy.run_path(str(ROOT / "workers/schedule.py"))  # `workers` would start a broker
    planned = {entry["task"] for entry in schedule["timetable"](settings).values()}
    nudged = set()
    for path in (ROOT / "eventapp").rglob("*.py"):
        nudged |= set(re.findall(r'nudge\("([^"]+)"\)', path.read_text()))
    assert defined
    assert defined == planned | nudged


def test_no_task_names_a_queue_of_its_own() -> None:
    for path in (ROOT / "workers").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            assert not (isinstance(node, ast.keyword) and node.arg in ("queue", "routing_key"))
