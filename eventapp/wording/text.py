"""The text of a mail that somebody writes: Markdown with placeholders, as safe HTML for mail
programs and as plain text.

Placeholders are found in the parsed text, and their values put in as text: a name with brackets, a
link or a tag in it stays the name. Links lead only where the writer wrote them.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

from eventapp.wording.plain import plain_of

PLACEHOLDERS = (
    "vorname",
    "nachname",
    "name",
    "titel der veranstaltung",
    "termin",
    "ort",
    "teilnahme",
    "link",
)
LINK = "link"
_MARK = re.compile(r"\{([^{}\n]{1,60})\}")
_ADDRESS = r"https?://[^\s<>(){}\[\]\"]*[^\s<>(){}\[\]\".,;:!?']"  # without what ends a sentence
_LINK_OR_ADDRESS = re.compile(rf"(\{{\s*link\s*\}}|{_ADDRESS})", re.IGNORECASE)
_HREF_LINK = re.compile(r"%7B(%20)*link(%20)*%7D", re.IGNORECASE)
_LEADS_OUT = re.compile(r"https?://.|mailto:.|tel:.", re.IGNORECASE)
_NOT_FOR_LETTERS = (
    "backticks",
    "code",
    "fence",
    "html_block",
    "html_inline",
    "image",
    "lheading",
    "reference",
)
_parser = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable(_NOT_FOR_LETTERS)
_TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "a", "h3", "blockquote", "hr"}
_LINE = "solid #DED7CA"
_FONT = "font-family:'Fira Sans',Arial,Helvetica,sans-serif"
_TEXT = f"{_FONT};font-size:17px;line-height:26px;color:#131525"
_LIST = f"margin:0 0 16px;padding-left:24px;{_TEXT}"
_STYLES = {  # inline: mail programs drop style sheets
    "<p>": f'<p style="margin:0 0 16px;{_TEXT}">',
    "<h3>": f'<h2 style="margin:24px 0 8px;{_FONT};font-size:20px;line-height:28px;color:#131525">',
    "</h3>": "</h2>",
    "<ul>": f'<ul style="{_LIST}">',
    "<ol>": f'<ol style="{_LIST}">',
    "<li>": '<li style="margin:0 0 4px">',
    "<blockquote>": f'<blockquote style="margin:0;padding-left:16px;border-left:3px {_LINE}">',
    "<hr>": f'<hr style="margin:24px 0;border:0;border-top:1px {_LINE}">',
    "<a href": '<a style="color:#2044AA;overflow-wrap:anywhere" href',
}


@dataclass(frozen=True)
class Values:
    """What the placeholders stand for, for one recipient in their language."""

    words: Mapping[str, str]  # by placeholder, but for the link
    link: str  # address of the recipient's page
    link_words: str  # what is clicked


def unknown_placeholders(text: str) -> list[str]:
    """What stands in braces and is no placeholder, as it was typed."""
    return [mark[0] for mark in _MARK.finditer(text) if _name(mark[1]) not in PLACEHOLDERS]


def dead_links(text: str) -> list[str]:
    """Links that lead nowhere in a mail: without a host, or with a placeholder in their middle."""
    inline = _inline(_parser.parse(text))
    found = (str(token.attrs["href"]) for token in inline if "href" in token.attrs)
    return [
        href
        for href in found
        if not _HREF_LINK.fullmatch(href) and ("%7B" in href or not _LEADS_OUT.match(href))
    ]


def _inline(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield from token.children or ()


def one_line(text: str, values: Values) -> str:
    """A subject."""
    return _filled(text, values)


def html(text: str, values: Values) -> str:
    """For a mail: styled, with no tag, attribute or scheme but those that letters need."""
    tokens = _tokens(text, values)
    for token in tokens:
        if token.type.startswith("heading"):
            token.tag = "h3"
    raw = _parser.renderer.render(tokens, _parser.options, {})
    clean = nh3.clean(
        raw,
        tags=_TAGS,
        attributes={"a": {"href"}},
        link_rel=None,
        url_schemes={"http", "https", "mailto", "tel"},
    )
    for tag, styled in _STYLES.items():
        clean = clean.replace(tag, styled)
    return clean


def plain(text: str, values: Values) -> str:
    """The same without marks: links with their address, lists with dashes and numbers."""
    return plain_of(_tokens(text, values))


def _tokens(text: str, values: Values) -> list[Token]:
    """The parsed text with the placeholders' values in it."""
    tokens = _parser.parse(text)
    for token in tokens:
        if token.children:
            token.children = list(_with_values(token.children, values))
    return tokens


def _with_values(children: list[Token], values: Values) -> Iterator[Token]:
    depth = 0
    for token in children:
        if token.type == "link_open":
            depth += 1
            if _HREF_LINK.fullmatch(str(token.attrs["href"])):
                token.attrs["href"] = values.link
        elif token.type == "link_close":
            depth -= 1
        if token.type != "text":
            yield token
        elif depth:
            token.content = _filled(token.content, values)
            yield token
        else:
            yield from _linked(token.content, values)


def _linked(content: str, values: Values) -> Iterator[Token]:
    """What the writer typed, with its addresses and {link} to click."""
    for position, piece in enumerate(_LINK_OR_ADDRESS.split(content)):
        if position % 2 == 0:
            yield _text(_filled(piece, values))
            continue
        is_address = not piece.startswith("{")
        yield Token("link_open", "a", 1, attrs={"href": piece if is_address else values.link})
        yield _text(piece if is_address else values.link_words)
        yield Token("link_close", "a", -1)


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


def _filled(text: str, values: Values) -> str:
    """In one pass: braces within a value mean nothing."""
    words = {**values.words, LINK: values.link}
    return _MARK.sub(lambda mark: words.get(_name(mark[1]), mark[0]), text)


def _name(typed: str) -> str:
    return " ".join(typed.casefold().split())
