"""The environment of processes that share the tests' database, broker and mail server."""

from pathlib import Path

from tests.smtp import MailServer
from tests.valkey import Valkey


def environment(
    database_url: str, broker: Valkey, server: MailServer, data_dir: Path, **settings: str
) -> dict[str, str]:
    """Quick sweeps and retries; anything can be said otherwise."""
    return {
        "DATABASE_URL": database_url,
        "REDIS_URL": broker.url,
        "SMTP_URL": server.url,
        "DATA_DIR": str(data_dir),
        "SECRET_KEY": "secret for tests",
        "DATA_KEY": "key for tests",
        "BASE_URL": "https://events.example",
        "MAIL_FROM": "Veranstaltungen <events@example.org>",
        "DEMO": "force",
        "RATE_LIMITS": "off",
        "MAIL_SWEEP": "0.5",
        "MAIL_RETRY": "1",
        "MAIL_LEASE": "3",
        **settings,
    }
