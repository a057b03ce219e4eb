"""Last good copies: whole or not there."""

from datetime import UTC, datetime
from pathlib import Path

from eventapp.feeds import kept
from eventapp.feeds.kept import Copy

ADDRESS = "/calendar/all.ics"
COPY = Copy("x", datetime(2026, 5, 4, tzinfo=UTC), b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")


def test_kept_found_forgotten(tmp_path: Path) -> None:
    kept.keep(tmp_path, ADDRESS, COPY)
    assert kept.find(tmp_path, ADDRESS) == COPY
    assert [len(path.name) for path in (tmp_path / "feeds").iterdir()] == [64]
    kept.forget(tmp_path, ADDRESS)
    assert kept.find(tmp_path, ADDRESS) is None


def test_a_torn_copy_is_none(tmp_path: Path) -> None:
    kept.keep(tmp_path, ADDRESS, COPY)
    (path,) = (tmp_path / "feeds").iterdir()
    for length in range(len(path.read_bytes())):
        path.write_bytes(path.read_bytes()[:length])
        assert kept.find(tmp_path, ADDRESS) is None
        kept.keep(tmp_path, ADDRESS, COPY)


def test_a_full_disk_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "feeds").touch()
    kept.keep(tmp_path, ADDRESS, COPY)
    assert kept.find(tmp_path, ADDRESS) is None
