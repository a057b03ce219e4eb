"""Passwords, where a login may lead, when a session ends."""

from datetime import UTC, datetime, timedelta

import pytest

from eventapp.accounts.browsers import kind_of_browser
from eventapp.accounts.guessable import is_guessable
from eventapp.accounts.passwords import hash_password, is_password
from eventapp.accounts.rules import (
    PasswordCommon,
    PasswordGuessable,
    PasswordTooLong,
    PasswordTooShort,
    check_password,
    is_alive,
    local_path,
)
from eventapp.accounts.throttle import networks_of

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
        ("Landesnetz-2026", PasswordCommon),
        ("passwort1234", PasswordCommon),
        ("P4ssw0rt2026!", PasswordCommon),
        ("123456789012", PasswordCommon),
        ("839201748265", PasswordCommon),
        ("qwertzuiopasdf", PasswordCommon),
        ("1q2w3e4r5t6z", PasswordCommon),
        ("xkq!xkq!xkq!", PasswordCommon),
        ("SommerUrlaub2026!", PasswordCommon),
        ("iloveyouforever", PasswordCommon),
    ],
)
def test_weak_passwords_are_refused(password: str, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        check_password(password, "ada@example.org", ["Landesnetz der Engagierten"])


@pytest.mark.parametrize(
    "password",
    ["rotes fahrrad im regen", "sommer winter hallo schatz", "Xk39-pQ7z-11Lm", "vJ3#kd92!mZq"],
)
def test_sentences_and_random_characters_are_passwords(password: str) -> None:
    check_password(password, "ada@example.org", ["Landesnetz der Engagierten"])


def test_the_longest_password_is_weighed_without_delay() -> None:
    assert is_guessable("ab" * 100)
    assert not is_guessable("".join(f"{number:02}x" for number in range(66)))


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:150.0) Firefox/150.0", "Firefox Windows"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Version/18.0 Safari/604.1", "Safari iPhone"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36", "Chrome Android"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 14) Version/18 Safari/605", "Safari Mac"),
        ("<script>", "None None"),
    ],
)
def test_browsers_are_named_in_two_words(agent: str, words: str) -> None:
    assert " ".join(map(str, kind_of_browser(agent))) == words


@pytest.mark.parametrize(
    ("address", "networks"),
    [
        ("192.0.2.7", ("192.0.2.7/32", "192.0.2.0/24")),
        ("::ffff:192.0.2.7", ("192.0.2.7/32", "192.0.2.0/24")),
        ("2001:db8:1:2:3::4", ("2001:db8:1:2::/64", "2001:db8:1::/48")),
        ("fe80::1%eth0", ("fe80::/64", "fe80::/48")),
        ("unix:", ("unix:", "unix:")),
    ],
)
def test_networks_count_as_one(address: str, networks: tuple[str, str]) -> None:
    assert networks_of(address) == networks


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
