"""The app on a port of its own, for browsers that leave pages in the middle."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from werkzeug.serving import make_server


@contextmanager
def serving(app: Flask, host: str, port: int) -> Iterator[str]:
    """The address. Answers are read to their end before they are sent: whoever leaves while the
    engine's file is on its way leaves no open file behind, which would be a warning."""

    def whole(environ: Any, start_response: Any) -> list[bytes]:
        answer = app(environ, start_response)
        try:
            return [b"".join(answer)]
        finally:
            getattr(answer, "close", bool)()

    server = make_server(host, port, whole, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://{host}:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()
