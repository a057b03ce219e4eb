"""How calendar files are answered, feeds and downloads: strong tags, 304 by tag or date, gzip."""

from dataclasses import dataclass
from datetime import datetime

from flask import Response, request
from werkzeug.http import http_date, parse_date


@dataclass(frozen=True)
class Body:
    """A calendar file as it goes out, plain and, where that was worth it, compressed."""

    tag: str  # the strong entity tag of `plain`, without quotation marks
    modified_at: datetime
    plain: bytes
    gzipped: bytes = b""


def answer(body: Body, cache_control: str) -> Response:
    """The file, or 304 where the reader has it."""
    if known := held_tag(body.tag):
        return unchanged(known, cache_control)
    held = request.headers.get("If-None-Match")
    if held == "*" or (held is None and _has_since(body.modified_at)):
        return unchanged(body.tag, cache_control)
    return _whole(body, cache_control)


def held_tag(tag: str) -> str | None:
    """The reader's own tag of this body, if the request names one."""
    return matching_tag(request.headers.get("If-None-Match", ""), tag)


def unchanged(tag: str, cache_control: str) -> Response:
    return Response(status=304, headers=_headers(tag, cache_control), mimetype="text/calendar")


def gzip_tag(plain: str) -> str:
    return f"{plain}-gz"


def matching_tag(if_none_match: str, plain: str) -> str | None:
    """Which form of this body the reader has: the plain tag, the gzip one, or none."""
    held = {each.strip().removeprefix("W/").strip('"') for each in if_none_match.split(",")}
    return next((each for each in (plain, gzip_tag(plain)) if each in held), None)


def _has_since(modified_at: datetime) -> bool:
    """Whether a reader that knows no tags says it has a copy of this time or later."""
    since = parse_date(request.headers.get("If-Modified-Since"))
    return since is not None and since >= modified_at.replace(microsecond=0)


def _whole(body: Body, cache_control: str) -> Response:
    is_gzip = bool(body.gzipped) and request.accept_encodings["gzip"] > 0
    tag = gzip_tag(body.tag) if is_gzip else body.tag
    headers = _headers(tag, cache_control) | {"Last-Modified": http_date(body.modified_at)}
    if is_gzip:
        headers["Content-Encoding"] = "gzip"
    return Response(body.gzipped if is_gzip else body.plain, 200, headers, "text/calendar")


def _headers(tag: str, cache_control: str) -> dict[str, str]:
    return {"ETag": f'"{tag}"', "Cache-Control": cache_control, "Vary": "Accept-Encoding"}
