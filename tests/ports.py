"""Free ports of the loopback address."""

import os
import socket
import tempfile
from fcntl import LOCK_EX, flock
from pathlib import Path

PORTS = range(20_000, 30_000)  # below those that the kernel gives to whoever asks for any


def free_port() -> int:
    """A port that nobody listens on. It goes to nobody else on this machine for thousands of
    calls, so that whoever is to listen there may come later, or go and come back."""
    while True:
        port = PORTS[_next_number() % len(PORTS)]
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


def _next_number() -> int:
    """All runs of this user count together."""
    path = Path(tempfile.gettempdir()) / f"eventapp-ports-{os.getuid()}"
    with path.open("a+") as file:
        flock(file, LOCK_EX)
        file.seek(0)
        number = int(file.read() or 0) + 1
        file.truncate(0)
        file.write(str(number))
    return number
