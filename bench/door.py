"""A scanner to measure and to take pictures of: one process, SQLite, Chromium with a film for a
camera."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from config import Settings
from eventapp import create_app
from eventapp.db import db
from tests.conftest import fill
from tests.ports import free_port

CHROMIUM = "/usr/bin/chromium"


@contextmanager
def site() -> Iterator[str]:
    """An empty installation, inside its app context; its address."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with TemporaryDirectory(prefix="eventapp-door-") as name:
        url = f"sqlite:///{name}/eventapp.sqlite3"
        fill(url)
        app = create_app(_settings(Path(name), url))
        with app.app_context(), _served(app) as address:
            yield address
            db.session.remove()
            db.engine.dispose()


def _settings(folder: Path, url: str) -> Settings:
    return Settings.model_validate(
        {
            "data_dir": folder,
            "database_url": url,
            "secret_key": "for measuring only",
            "data_key": "for measuring only",
            "base_url": "https://events.example",
            "mail_from": "Veranstaltungen <events@example.org>",
            "rate_limits": False,
        }
    )


@contextmanager
def _served(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", free_port(), app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:  # else its thread keeps a failed run alive
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def chromium(film: Path) -> Iterator[Browser]:
    """A browser that may use its camera, which shows the film."""
    camera = [
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
    ]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", *camera]
        )
        yield browser
        browser.close()


def pair(page: Page, address: str, token: str) -> None:
    """Open the scanner as a helper does."""
    page.goto(f"{address}/checkin/pair/{token}")
    page.get_by_role("button", name="Dieses Gerät verbinden").click()
    page.locator("#eye[data-state=ready]").wait_for(state="attached")  # a verdict may hide it
