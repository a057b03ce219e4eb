"""The file as plain data, every scalar as text, and where each value stands in it."""

from dataclasses import dataclass
from typing import Any

import yaml

Path = tuple[str | int, ...]


@dataclass(frozen=True, order=True)
class Problem:
    """What is wrong in one place; `line` counts from 1."""

    line: int
    path: str
    message: str

    def __str__(self) -> str:
        return ": ".join(part for part in (f"line {self.line}", self.path, self.message) if part)


class Source:
    """One file. `problems` grows with everything that is found wrong with it."""

    def __init__(self, text: str) -> None:
        self.problems: list[Problem] = []
        self._lines: dict[Path, int] = {(): 1}
        self._seen: set[int] = set()
        self.data = self._read(text)

    def problem(self, path: Path, message: str) -> None:
        self.problems.append(Problem(self.line(path), shown(path), message))

    def line(self, path: Path) -> int:
        """The line of the value, or of the nearest thing around it that exists."""
        while path not in self._lines:
            path = path[:-1]
        return self._lines[path]

    def _read(self, text: str) -> Any:
        try:
            node = yaml.compose(text, Loader=yaml.BaseLoader)
        except yaml.reader.ReaderError as error:  # it knows a position, not a line
            line = text.count("\n", 0, error.position) + 1
            self.problems.append(Problem(line, "", f"not YAML: {error.reason}"))
            return {}
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            reason = getattr(error, "problem", None) or str(error)
            self.problems.append(Problem(mark.line + 1 if mark else 1, "", f"not YAML: {reason}"))
            return {}
        return self._plain(node, ()) if node else {}

    def _plain(self, node: yaml.Node, path: Path) -> Any:
        if id(node) in self._seen:  # an alias is the node it stands for
            self.problem(path, "anchors and aliases are not supported")
            return None
        self._seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            for number, item in enumerate(node.value):
                self._lines[(*path, number)] = item.start_mark.line + 1
            return [self._plain(item, (*path, number)) for number, item in enumerate(node.value)]
        is_null = getattr(node, "style", None) is None and node.value in ("", "null", "~")
        return None if is_null else node.value

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            place = (*path, key)
            line = key_node.start_mark.line + 1
            if key in found:
                message = f"given twice, also in line {self._lines[place]}"
                self.problems.append(Problem(line, shown(place), message))
                continue
            self._lines[place] = line
            found[key] = self._plain(value_node, place)
        return found


def shown(path: Path) -> str:
    """`events[3].starts_at`"""
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return "".join(parts).removeprefix(".")
