"""Passwords, where a login may lead, when a session ends."""

from datetime import UTC, datetime, timedelta

import pytest

from eventapp.accounts.passwords import hash_password, is_password
from eventapp.accounts.rules import (
    PasswordGuessable,
    PasswordTooLong,
    PasswordTooShort,
    check_password,
    is_alive,
    local_path,
)

NOW = datetime(2026, 9, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    "good", ["/", "/checkin/", "/C/ABC?lang=en", "/events/a-b", "/a?b=%2F&c=1"]
)
def test_paths_of_this_site_are_kept(good: str) -> None:
    assert local_path(good, "/home") == good


@pytest.mark.parametrize(
    "bad",
    [
        None,
        "",
        "checkin",
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "/\n//evil.example",
        "\\\\evil.example",
        " //evil.example",
        "/a\\b",
        "/ü",
    ],
)
def test_anything_else_leads_home(bad: str | None) -> None:
    assert local_path(bad, "/home") == "/home"


@pytest.mark.parametrize(
    ("password", "refusal"),
    [
        ("elf zeichen", PasswordTooShort),
        ("x" * 201, PasswordTooLong),
        ("aaaaaaaaaaaaaa", PasswordGuessable),
        ("ada@example.org", PasswordGuessable),
        ("mein ADA@example.org!", PasswordGuessable),
    ],
)
def test_weak_passwords_are_refused(password: str, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        check_password(password, "ada@example.org")


def test_a_long_sentence_is_a_password() -> None:
    check_password("rotes fahrrad im regen", "ada@example.org")


def test_hashes_are_argon2id_and_take_any_spelling_of_an_umlaut() -> None:
    stored = hash_password("Bürgerm\u00fchle im Tal")
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert is_password(stored, "Bu\u0308rgermu\u0308hle im Tal")
    assert not is_password(stored, "Burgermuhle im Tal")
    assert not is_password(None, "")
    assert not is_password("not a hash", "x")


def test_sessions_end_by_age_and_by_rest() -> None:
    later, yesterday = NOW + timedelta(days=1), NOW - timedelta(days=1)
    assert is_alive(later, NOW, NOW)
    assert not is_alive(later, yesterday, NOW)
    assert not is_alive(NOW, NOW, NOW)
