"""All readers at once, in processes of their own, under a time zone that is not ours."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

import playwright

from tests.calendars.reading import READERS, Seen

HERE = Path(__file__).parent
CHECKOUT = HERE.parents[1]
NODE = Path(playwright.__file__).parent / "driver" / "node"  # what drives the browser tests
ICAL_JS = "ical.js"
NAMES = (*READERS, ICAL_JS)


def read(files: Sequence[bytes], time_zone: str) -> dict[str, list[list[Seen]]]:
    """What each reader sees in each file."""
    running = {}
    for name in NAMES:
        with TemporaryFile("w+") as texts:
            json.dump([each.decode() for each in files], texts)
            texts.seek(0)
            running[name] = _start(name, time_zone, texts)
    answers = {name: process.communicate() for name, process in running.items()}
    for name, process in running.items():
        assert process.returncode == 0, f"{name}: {process.returncode} {answers[name][1]}"
    return {name: json.loads(out) for name, (out, _errors) in answers.items()}


def _start(name: str, time_zone: str, texts: IO[str]) -> "subprocess.Popen[str]":
    """Texts come as a file: Node 26 dies now and then of waiting for a pipe while it starts."""
    python = [sys.executable, "-m", "tests.calendars.reading", name]
    return subprocess.Popen(
        [str(NODE), str(HERE / "reading.mjs")] if name == ICAL_JS else python,
        cwd=CHECKOUT,
        env={**os.environ, "TZ": time_zone},
        text=True,
        stdin=texts,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
