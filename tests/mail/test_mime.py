"""What stands in a header comes out as it went in, and nothing else comes out."""

from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.utils import getaddresses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventapp.mail import mime

# As the program stores it: without surrogates and without control characters but white space.
TURNS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
typed = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp"), exclude_characters=TURNS)
) | st.text("a =?_\r\n\t")


@given(typed)
def test_a_subject_is_one_header_of_short_lines(text: str) -> None:
    raw = mime.header("Subject", mime.text(text)) + mime.header("X-Next", "x")
    message = message_from_bytes(raw + b"\r\n", policy=policy.default)
    assert message.keys() == ["Subject", "X-Next"]
    assert str(message["Subject"]) == " ".join(text.split())
    assert max(map(len, raw.split(b"\r\n"))) <= 76


def test_nothing_turns_the_line() -> None:
    assert mime.text(f"{TURNS}Gast{TURNS}") == "Gast"
    assert mime.mailbox(f"{TURNS}Netz", "netz@example.org") == "Netz\r\n <netz@example.org>"


@given(typed)
def test_a_name_is_one_sender(text: str) -> None:
    """Read by the old parser: the new one keeps spaces between encoded words (RFC 2047)."""
    raw = mime.header("From", mime.mailbox(text, "netz@example.org"))
    message = message_from_bytes(raw + b"\r\n", policy=policy.compat32)
    [(name, address)] = getaddresses([message["From"]])
    assert (str(make_header(decode_header(name))), address) == (
        " ".join(text.split()),
        "netz@example.org",
    )
    assert message.keys() == ["From"]


@pytest.mark.parametrize(
    "address",
    [
        "",
        "erika",
        "erika@",
        "a@example.org, b@example.org",
        "a@example.org,b@example.org",
        "a@example.org\r\nBcc:b@example.org",
        "<a@example.org>",
        '"a b"@example.org',
        "ä@example.org",
        "a@b@example.org",
    ],
)
def test_an_address_that_could_be_read_otherwise_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="address"):
        mime.plain_address(address)


@given(typed)
def test_a_body_comes_back_line_by_line(text: str) -> None:
    part = message_from_bytes(mime.readable("plain", text), policy=policy.default)
    assert part.get_content().splitlines() == (text.splitlines() or [""])


@given(st.binary(max_size=300))
def test_binary_comes_back_and_no_boundary_is_in_it(content: bytes) -> None:
    part = mime.binary("text/calendar; method=REQUEST", content, content_id="<x>")
    whole = mime.multipart("mixed", (mime.readable("plain", "=_mixed\n--=_mixed--"), part))
    message = message_from_bytes(whole, policy=policy.default)
    first, second = message.iter_parts()
    assert first.get_content().split() == ["=_mixed", "--=_mixed--"]
    assert second.get_payload(decode=True) == content
    assert second["Content-ID"] == "<x>"
