"""A test client that checks every page it fetches, so that no page test can forget to."""

import re
from collections import Counter
from collections.abc import Mapping
from contextvars import Context
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from justhtml import JustHTML
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from eventapp.audit.models import AuditEntry
from eventapp.audit.words import ACTS
from eventapp.db import reading
from eventapp.long_words import SHY

STYLES = Path(__file__).parents[1] / "eventapp" / "static" / "css"
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
WITHOUT_TOKEN = ("/unsubscribe/",)  # one-click: no cookie, no token (RFC 8058)
# The step was no more open, or the form came before: the page says so.
NOTHING_DONE = ("done=late", "done=kept", "done=again")


class CheckedClient(FlaskClient):
    """Valid HTML, one `h1` that begins the title, unique ids, labelled fields, tokens, nonces; and
    an entry in the log for whatever an organiser does.

    Each request has a context of its own, as in production: `g` is never carried over.
    """

    is_checking = True

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        opening = super().open
        before = self._last_entry() if kwargs.get("method") == "POST" else 0
        response = Context().run(lambda: opening(*args, **kwargs))
        if _has_acted(response):
            assert self._last_entry() > before, f"{response.request.path} left nothing in the log"
            self._check_entry()
        policy = response.headers.get("Content-Security-Policy", "")
        is_page = response.mimetype == "text/html" and "sandbox" not in policy  # else a mail
        if self.is_checking and is_page and response.data:
            check_page(response.text, policy)
        return response

    def _check_entry(self) -> None:
        with self.application.app_context(), reading() as connection:
            latest = select(AuditEntry.act).order_by(AuditEntry.id.desc())
            act = connection.execute(latest).scalars().first()
        assert act in ACTS, f"{act} has no words in eventapp/audit/words.py"

    def _last_entry(self) -> int:
        with self.application.app_context(), reading() as connection:
            return connection.execute(select(func.max(AuditEntry.id))).scalar() or 0


def _has_acted(response: TestResponse) -> bool:
    """Whether an organiser's form was obeyed: whatever they do stands in the log."""
    request = response.request
    return (
        request.method == "POST"
        and request.path.startswith("/organise/")
        and response.status_code == 303
        and not response.location.endswith(NOTHING_DONE)
    )


class _Elements:
    """All elements of a page, by name, found in one walk: a walk for each question took longer
    than the pages themselves."""

    def __init__(self, text: str) -> None:
        page = JustHTML(text, strict=True, sanitize=False)
        self.all: list[Any] = []
        self._named: dict[str, list[Any]] = {}
        left: list[Any] = [page.root]
        while left:
            node = left.pop()
            left += reversed(node.children or ())
            left += filter(None, [getattr(node, "template_content", None)])
            if not node.name.startswith(("#", "!")):
                self.all.append(node)
                self._named.setdefault(node.name, []).append(node)

    def named(self, *names: str) -> list[Any]:
        return [each for name in names for each in self._named.get(name, ())]

    def having(self, attribute: str) -> list[Any]:
        return [each for each in self.all if attribute in each.attrs]


_NONCE = re.compile(r"'nonce-([^']+)'")
_TOKEN = re.compile(r'(name="(?:form_token|csrf_token)" value=)"[^"]+"')
_sound: set[bytes] = set()


def check_page(text: str, policy: str) -> None:
    """Raises `AssertionError`, or the parser's own error where the HTML is not valid.

    Every second page was there before, but for its nonce and its tokens: it is looked at once.
    """
    digest = _digest(text, policy)
    if digest not in _sound:
        _check_elements(text, policy)
        _sound.add(digest)


def _digest(text: str, policy: str) -> bytes:
    """Of all but the values that are new whenever a page is shown."""
    shown = _TOKEN.sub(r"\1TOKEN", f"{policy}\n{text}")
    for nonce in _NONCE.findall(policy):
        shown = shown.replace(nonce, "NONCE")
    return sha256(shown.encode()).digest()


def _check_elements(text: str, policy: str) -> None:
    page = _Elements(text)
    _check_heading(page)
    ids: Counter[str] = Counter(each.attrs["id"] for each in page.having("id"))
    assert not [name for name, n in ids.items() if n > 1], ids.most_common(3)
    _check_fields(page, set(ids))
    _check_forms(page)
    _check_styles(page)
    assert not page.having("style")
    for script in page.named("script"):
        nonce = script.attrs.get("nonce")
        assert nonce, script.attrs
        assert f"'nonce-{nonce}'" in policy, script.attrs


def _check_styles(page: _Elements) -> None:
    """No class that only a style sheet of other pages knows: it would look crowded unseen."""
    linked = {Path(each.attrs["href"]).name for each in page.named("link") if "href" in each.attrs}
    used = {name for each in page.having("class") for name in each.attrs["class"].split()}
    known = {name: sheets for name, sheets in styled().items() if name in used}
    assert not (missing := [name for name, sheets in known.items() if not sheets & linked]), missing


@cache
def styled() -> Mapping[str, set[str]]:
    """By class of our own, the style sheets that know it."""
    found: dict[str, set[str]] = {}
    for sheet in STYLES.glob("*.css"):
        for name in re.findall(r"\.((?!kern-)[a-z][\w-]*)", _COMMENT.sub("", sheet.read_text())):
            found.setdefault(name, set()).add(sheet.name)
    return found


def _check_heading(page: _Elements) -> None:
    [title], [heading] = page.named("title"), page.named("h1")
    for hidden in heading.query("[hidden]"):
        hidden.parent.remove_child(hidden)
    words = heading.to_text(separator="").replace(SHY, "").split()
    shown = re.sub("^(Fehler|Error): ", "", " ".join(title.to_text().split()))
    assert shown.startswith(" ".join(words)), (shown, words)


def _check_fields(page: _Elements, ids: set[str]) -> None:
    labelled = {each.attrs.get("for") for each in page.named("label")}
    for field in page.named("input", "select", "textarea"):
        if field.attrs.get("type") in ("hidden", "submit"):
            continue
        assert field.attrs.get("id") in labelled or "aria-label" in field.attrs, field.attrs
        for described in (field.attrs.get("aria-describedby") or "").split():
            assert described in ids, described


def _check_forms(page: _Elements) -> None:
    for form in page.named("form"):
        names = {each.attrs.get("name") for each in form.query("input")}
        has_token = bool(names & {"form_token", "csrf_token"})
        is_post = (form.attrs.get("method") or "get").lower() == "post"
        action = form.attrs.get("action") or ""
        assert has_token == (is_post and not action.startswith(WITHOUT_TOKEN)), form.attrs
