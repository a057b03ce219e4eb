"""Settings: documented, and every error in one message."""

from pathlib import Path

import pytest

import config

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
    with pytest.raises(config.ConfigError) as error:
        config.load({**wrong, "SECRET_KEY_FILE": "/nowhere"})
    for word in ("PORT", "RATE_LIMITS", "SECRET_KEY_FILE"):
        assert word in str(error.value)


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
