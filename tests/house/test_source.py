"""What the source itself must keep to: sizes, the one commit, the one clock, no direct tasks."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MOST_LINES, MOST_FUNCTION_LINES = 500, 60


def sources(*folders: str) -> Iterator[Path]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations/versions" not in path.as_posix():
                yield path


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


ALL = [ROOT / "config.py", ROOT / "wsgi.py", *sources("eventapp", "workers", "tests", "bench")]
PROGRAM = [ROOT / "config.py", ROOT / "wsgi.py", *sources("eventapp", "workers")]


@pytest.mark.parametrize("path", ALL, ids=name)
def test_files_and_functions_are_small(path: Path) -> None:
    text = path.read_text()
    assert text.count("\n") <= MOST_LINES
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            assert node.end_lineno - node.lineno < MOST_FUNCTION_LINES, node.name


def places_of(pattern: str, allowed: set[str]) -> list[str]:
    found = re.compile(pattern)
    return [
        f"{name(path)}: {line.strip()}"
        for path in PROGRAM
        if name(path) not in allowed
        for line in path.read_text().splitlines()
        if found.search(line)
    ]


def test_only_one_file_commits() -> None:
    assert places_of(r"\.(commit|rollback)\(", {"eventapp/db.py"}) == []


def test_only_the_clock_asks_for_the_time() -> None:
    assert places_of(r"datetime\.(now|utcnow|today)\(|date\.today\(", {"eventapp/clock.py"}) == []


def test_nobody_enqueues_past_the_outbox() -> None:
    assert places_of(r"\.(delay|apply_async)\(", set()) == []


def test_only_config_reads_the_environment() -> None:
    allowed = {"config.py", "eventapp/ops/supervisor.py", "eventapp/ops/embedded.py"}
    assert places_of(r"os\.(environ|getenv)", allowed) == []


def test_german_without_gender_signs() -> None:
    pages = [*(ROOT / "templates").rglob("*.*"), *(ROOT / "eventapp").rglob("*.py")]
    signs = re.compile(r"\w(\*|:|_)innen\b|\wInnen\b")
    assert [name(path) for path in pages if signs.search(path.read_text())] == []


STYLES = sorted((ROOT / "eventapp" / "static" / "css").glob("*.css"))


@pytest.mark.parametrize("path", STYLES, ids=name)
def test_every_rule_of_a_style_sheet_is_closed(path: Path) -> None:
    """A brace that is lost hides all that follows inside the rule before, without any error."""
    open_rules: list[str] = []
    for head, mark in re.findall(r"([^{}]*)([{}])", path.read_text()):
        if mark == "}":
            assert open_rules, head
            open_rules.pop()
        else:
            assert all(each.startswith("@") for each in open_rules), (open_rules, head)
            open_rules.append(head.split("*/")[-1].split(";")[-1].strip())
    assert not open_rules


TEXTS = {".css", ".html", ".js", ".md", ".po", ".py", ".toml", ".txt", ".yaml", ".yml"}


def test_no_marks_of_a_merge_are_left() -> None:
    """They stand in texts that nothing else reads: the changelog, docs, templates of mails."""
    folders = (ROOT / each for each in ("eventapp", "workers", "templates", "tests", "docs"))
    files = [*ROOT.glob("*.*"), *(path for each in folders for path in each.rglob("*.*"))]
    marked = re.compile(rb"^(<{7}|>{7}) ", re.MULTILINE)
    texts = [path for path in files if path.suffix in TEXTS and path.is_file()]
    assert [name(path) for path in texts if marked.search(path.read_bytes())] == []


def test_each_decision_has_a_number_of_its_own() -> None:
    numbers = [path.name[:4] for path in (ROOT / "docs" / "decisions").glob("*.md")]
    assert sorted(numbers) == [f"{n:04d}" for n in range(1, len(numbers) + 1)]
