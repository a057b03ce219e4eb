"""Rate limits, counted in Redis; without it, in this process's memory, never not at all."""

from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

limiter = Limiter(get_remote_address)

SIGN_UP = "300 per minute; 3000 per hour"  # a whole office may sit behind one address
LOST_LINK = "20 per hour"


def init_app(app: Flask, storage_url: str, *, is_on: bool) -> None:
    app.config.update(
        RATELIMIT_ENABLED=is_on,
        RATELIMIT_STORAGE_URI=storage_url or "memory://",
        RATELIMIT_STORAGE_OPTIONS={"socket_connect_timeout": 1, "socket_timeout": 1}
        if storage_url
        else {},
        RATELIMIT_IN_MEMORY_FALLBACK_ENABLED=bool(storage_url),
        RATELIMIT_SWALLOW_ERRORS=False,
        RATELIMIT_STRATEGY="moving-window",
    )
    limiter.init_app(app)
