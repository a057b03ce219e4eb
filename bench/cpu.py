"""CPU time of servers, read from /proc: what a figure costs, however busy the machine is."""

import os
from pathlib import Path

_TICK = 1000 / os.sysconf("SC_CLK_TCK")


def cpu_ms(*roots: int) -> float:
    """Milliseconds spent so far by these processes and all below them that still run."""
    below: dict[int, list[int]] = {}
    spent: dict[int, float] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it ended while we looked
        pid, parent = int(path.parent.name), int(fields[1])
        spent[pid] = (int(fields[11]) + int(fields[12])) * _TICK
        below.setdefault(parent, []).append(pid)
    waiting, total = list(roots), 0.0
    while waiting:
        pid = waiting.pop()
        total += spent.get(pid, 0)
        waiting += below.get(pid, ())
    return total
