"""Every task is in the timetable or nudged, and goes to a queue that workers listen to."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_every_task_is_called_for() -> None:
    defined = set()
    for path in (ROOT / "workers").glob("*.py"):
        defined |= set(re.findall(r'\.task\(name="([^"]+)"', path.read_text()))
    planned = set(re.findall(r'"task": "([^"]+)"', (ROOT / "workers/schedule.py").read_text()))
    nudged = set()
    for path in (ROOT / "eventapp").rglob("*.py"):
        nudged |= set(re.findall(r'nudge\("([^"]+)"\)', path.read_text()))
    assert defined
    assert defined == planned | nudged


def test_no_task_names_a_queue_of_its_own() -> None:
    for path in (ROOT / "workers").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            assert not (isinstance(node, ast.keyword) and node.arg in ("queue", "routing_key"))
