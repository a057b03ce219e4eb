"""A reader who opens everything there is to open: links, pictures and files of each page, and what
its forms lead to, depth first, on this site alone. Nothing is sent."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import unescape
from io import BytesIO
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit
from zipfile import ZipFile

from flask.testing import FlaskClient
from justhtml import JustHTML
from werkzeug.test import TestResponse

from tests.pdfs import text_of

MOST = 600  # pages; a site that never ends is a fault of the test
_HOSTS = (None, "localhost", "events.example")


@dataclass(frozen=True)
class Found:
    """One address that was opened, and all that could be read there."""

    url: str
    status: int
    mimetype: str
    text: str


def crawl(
    client: FlaskClient, *starts: str, follows: Callable[[str], bool] = lambda _url: True
) -> dict[str, Found]:
    """Everything reachable from there, by address."""
    found: dict[str, Found] = {}
    waiting = list(starts)
    while waiting:
        url = waiting.pop()
        if url in found or not follows(url):
            continue
        assert len(found) < MOST, sorted(found)[:: MOST // 20]
        answer = client.get(url)
        found[url] = Found(url, answer.status_code, answer.mimetype or "", _read(answer))
        waiting += [each for each in _leads(url, answer) if each not in found]
    return found


def _read(answer: TestResponse) -> str:
    """Also what is packed, with the headers: they may say something, too."""
    parts = [str(answer.headers)]
    if answer.mimetype == "application/zip":
        packed = ZipFile(BytesIO(answer.data))
        parts += [packed.read(name).decode() for name in packed.namelist()]
    elif answer.mimetype == "application/pdf":
        parts += text_of(answer.data)
    else:
        parts.append(answer.data.decode("utf-8", "replace"))
    return unescape("\n".join(parts))


def _leads(url: str, answer: TestResponse) -> Iterator[str]:
    targets = [answer.location] if answer.location else []
    if answer.mimetype == "text/html":
        page: Any = JustHTML(answer.text, sanitize=False)
        targets += [link.attrs["href"] for link in page.query("[href]")]
        targets += [link.attrs["src"] for link in page.query("[src]")]
        targets += [target for form in page.query("form") for target in _targets(url, form)]
    for target in targets:
        parts = urlsplit(urljoin(url, target))
        is_here = parts.scheme in ("", "http", "https", "webcal") and parts.hostname in _HOSTS
        if is_here and not parts.path.startswith("/static/"):
            yield parts.path + (f"?{parts.query}" if parts.query else "")


def _targets(url: str, form: Any) -> Iterator[str]:
    """Where the form goes: as it stands, and with each choice of each of its lists."""
    path, _, _query = (form.attrs.get("action") or url).partition("?")
    if (form.attrs.get("method") or "get").lower() == "post":
        yield path
        return
    fields = [each.attrs for each in form.query("input[name]")]
    values = {field["name"]: field.get("value") or "" for field in fields}
    yield f"{path}?{urlencode(values)}"
    for choices in form.query("select[name]"):
        for option in choices.query("option[value]"):
            yield f"{path}?{urlencode({**values, choices.attrs['name']: option.attrs['value']})}"
