"""Last good copies: whole or not there."""

import gzip
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from eventapp import kept_copies as kept
from eventapp.kept_copies import Copy

ADDRESS = "/calendar/all.ics"
COPY = Copy("x", datetime(2026, 5, 4, tzinfo=UTC), b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")


@pytest.fixture(autouse=True)
def _here(tmp_path: Path) -> None:
    kept.use(tmp_path)


def test_kept_found_forgotten(tmp_path: Path) -> None:
    kept.keep(ADDRESS, COPY)
    assert kept.find(ADDRESS) == COPY
    assert [len(path.name) for path in (tmp_path / "feeds").iterdir()] == [64]
    kept.forget(ADDRESS)
    assert kept.find(ADDRESS) is None


PACKED = replace(COPY, body=gzip.compress(COPY.body))


def test_given_compressed_found_plain() -> None:
    kept.keep(ADDRESS, PACKED)
    assert kept.find(ADDRESS) == COPY


@pytest.mark.parametrize("copy", [COPY, PACKED])
def test_a_torn_copy_is_none(tmp_path: Path, copy: Copy) -> None:
    kept.keep(ADDRESS, copy)
    (path,) = (tmp_path / "feeds").iterdir()
    for length in range(len(path.read_bytes())):
        path.write_bytes(path.read_bytes()[:length])
        assert kept.find(ADDRESS) is None
        kept.keep(ADDRESS, copy)


def test_a_garbled_copy_is_none(tmp_path: Path) -> None:
    kept.keep(ADDRESS, PACKED)
    (path,) = (tmp_path / "feeds").iterdir()
    path.write_bytes(path.read_bytes().replace(PACKED.body[12:20], b"\xff" * 8))
    assert kept.find(ADDRESS) is None


def test_a_personal_one_is_read_with_its_token_only(tmp_path: Path) -> None:
    kept.keep(ADDRESS, COPY, "token")
    (path,) = (tmp_path / "feeds").iterdir()
    assert b"VCALENDAR" not in path.read_bytes()
    assert kept.find(ADDRESS, "token") == COPY
    assert kept.find(ADDRESS, "other") is None
    assert kept.find(ADDRESS) is None


def test_a_full_disk_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "feeds").touch()
    kept.keep(ADDRESS, COPY)
    assert kept.find(ADDRESS) is None
