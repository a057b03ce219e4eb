"""Who is told to look for work, and who is not."""

from queue import Queue

import pytest

from eventapp import create_app, queue
from tests.conftest import SettingsMaker

RING = "mail.deliver"


@pytest.fixture
def rings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was rung instead of a worker."""
    heard: list[str] = []
    monkeypatch.setattr(queue._doorbell, "ring", heard.append)
    return heard


@pytest.mark.parametrize(
    ("redis_url", "switch", "expected"),
    [
        ("redis://127.0.0.1:1", True, [RING]),
        ("redis://127.0.0.1:1", False, []),
        ("", True, []),
    ],
)
def test_only_an_app_with_a_broker_rings(
    make_settings: SettingsMaker, rings: list[str], redis_url: str, switch: bool, expected: object
) -> None:
    create_app(make_settings("", redis_url="redis://127.0.0.1:1", nudge=not switch))
    create_app(make_settings("", redis_url=redis_url, nudge=switch))
    queue.nudge(RING)
    assert rings == expected


def test_rings_in_quick_succession_are_merged_and_the_last_is_heard(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    heard: Queue[str] = Queue()
    monkeypatch.setattr(queue.celery_app, "send_task", lambda name, **_: heard.put(name))
    bell = queue.Doorbell()
    for _ in range(1000):
        bell.ring(RING)
    assert heard.get(timeout=10) == RING
    bell.ring(RING)
    assert heard.get(timeout=10) == RING
    assert heard.qsize() < 100
