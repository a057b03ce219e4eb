"""Settings: documented, and every error in one message."""

import subprocess
import sys
from pathlib import Path

import pytest

import config
from tests.servers import clean_environ

ROOT = Path(__file__).resolve().parents[2]
PRODUCTION = {
    "DATABASE_URL": "postgresql+psycopg://u@h/d",
    "REDIS_URL": "redis://h/0",
    "SMTP_URL": "smtp://h:25",
    "SECRET_KEY": "s",
    "DATA_KEY": "d",
    "BASE_URL": "https://events.example",
    "MAIL_FROM": "Netz <netz@example.org>",
}


@pytest.mark.parametrize("name", config.Settings.model_fields)
def test_every_setting_has_help_and_stands_in_the_docs(name: str) -> None:
    assert config.Settings.model_fields[name].description
    assert f"`{name.upper()}`" in (ROOT / "docs" / "settings.md").read_text()


def test_everything_wrong_is_said_at_once() -> None:
    wrong = {"PORT": "99999", "RATE_LIMITS": "perhaps", "BASE_URL": "events.example/path"}
    incomplete = {"DATABASE_URL": PRODUCTION["DATABASE_URL"], "SECRET_KEY_FILE": "/nowhere"}
    with pytest.raises(config.ConfigError) as error:
        config.load({**wrong, **incomplete})
    names = [line.partition(":")[0] for line in str(error.value).splitlines()]
    for name in (*wrong, "SECRET_KEY_FILE", "REDIS_URL", "SMTP_URL", "MAIL_FROM"):
        assert names.count(name) == 1, names


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "postgresql+psycopg://u@h:abc/d"),
        ("REDIS_URL", "redis://h/abc"),
        ("REDIS_URL", "redis://h:99999"),
        ("SMTP_URL", "smtp://h:abc"),
        ("DATA_KEY", " , "),
        ("BASE_URL", "https://h:abc"),
        ("BASE_URL", "https://h/?x=1"),
        ("BASE_URL", "https://[::1"),
        ("MAIL_FROM", "é@x.example"),
        ("MAIL_FROM", "Netz"),
        ("CLOCK_SHIFT", "nan"),
        ("CLOCK_SHIFT", "1e300"),
        ("MAIL_LEASE", "inf"),
        ("SMTP_URL", "smtp://h:587?tls=start"),
        ("SMTP_URL", "smtp://h:587?starttls"),
        ("DATA_DIR", "/dev/null/x"),
    ],
)
def test_what_would_fail_later_is_refused_at_start(name: str, value: str) -> None:
    with pytest.raises(config.ConfigError, match=f"^{name}: "):
        config.load({"DEMO": "1", name: value})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "sqlite:////srv/eventapp.sqlite3"),
        ("REDIS_URL", "rediss://user:pass@h:6380/3"),
        ("SMTP_URL", "smtp://user:p%2Fw@h:587?tls=starttls"),
        ("BASE_URL", "http://[::1]:8000/"),
        ("MAIL_FROM", "Städtenetz <netz+post@xn--mller-kva.example>"),
    ],
)
def test_what_is_meant_is_taken(name: str, value: str, tmp_path: Path) -> None:
    settings = config.load({"DATA_DIR": str(tmp_path), name: value})
    assert getattr(settings, name.lower()) == value


@pytest.mark.parametrize("module", ["wsgi", "workers"])
def test_a_start_without_its_broker_is_one_line(module: str, tmp_path: Path) -> None:
    program = f"from eventapp.ops import embedded; embedded.START = 0; import {module}"
    environ = {**clean_environ(), "DATA_DIR": str(tmp_path)}
    argv = [sys.executable, "-c", program]
    ended = subprocess.run(argv, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
    assert ended.returncode == 2, ended.stderr
    assert len(ended.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8123"),
        ("::1", "http://[::1]:8123"),
        ("0.0.0.0", "http://127.0.0.1:8123"),
    ],
)
def test_without_a_public_address_it_is_where_the_server_listens(
    host: str, url: str, tmp_path: Path
) -> None:
    settings = config.load({"DATA_DIR": str(tmp_path), "HOST": host, "PORT": "8123"})
    assert settings.public_url == url


def test_production_names_all_that_is_missing() -> None:
    with pytest.raises(config.ConfigError) as error:
        config.load({"DATABASE_URL": PRODUCTION["DATABASE_URL"]})
    for name in set(PRODUCTION) - {"DATABASE_URL"}:
        assert f"{name}: required" in str(error.value)


def test_demo_is_refused_with_postgresql() -> None:
    with pytest.raises(config.ConfigError, match="DEMO"):
        config.load({**PRODUCTION, "DEMO": "1"})
    assert config.load({**PRODUCTION, "DEMO": "force"}).is_demo


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_text("from a file\n")
    values = {key: value for key, value in PRODUCTION.items() if key != "SECRET_KEY"}
    assert config.load({**values, "SECRET_KEY_FILE": str(path)}).secret_key == "from a file"


def test_embedded_mode_makes_its_keys_once(tmp_path: Path) -> None:
    first = config.load({"DATA_DIR": str(tmp_path)})
    assert first.secret_key
    assert first.data_key
    assert first.secret_key != first.data_key
    assert config.load({"DATA_DIR": str(tmp_path)}) == first
    assert (tmp_path / "secret-key").stat().st_mode & 0o777 == 0o600
