"""What browser tests share: the app on a port of its own."""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, sync_playwright

from tests.browser.serving import serving
from tests.browser.test_scanner import CHROMIUM, door, scanner
from tests.ports import free_port

__all__ = ["door", "scanner"]  # fixtures for every test of the door


@pytest.fixture
def database_url(sqlite_database: str) -> str:
    """SQLite alone: what a browser sees does not depend on the database."""
    return sqlite_database


@pytest.fixture
def site(app: Flask) -> Iterator[str]:
    """The app on a port of its own."""
    with serving(app, "127.0.0.1", free_port()) as address:
        yield address


@pytest.fixture
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()
