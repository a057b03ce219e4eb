"""What is masked in somebody's mail before others look at it."""

from eventapp.sent.masking import masked, masked_html
from eventapp.tokens import new_short_code, new_ticket, new_token, shown_short_code

SITE = "https://events.example"


def test_addresses_behind_a_token_are_masked_and_public_ones_stay() -> None:
    token = new_token()
    for path in (f"registrations/{token}", f"join/{token}/x", f"i/{token}", f"calendar/my/{token}"):
        assert masked(f"Hier: {SITE}/{path} und mehr.", SITE) == (
            f"Hier: {SITE}/{path.partition('/')[0]}/••• und mehr."
        )
    for path in ("", "/", "/events/muster", "/events/muster/register", "/networks/x/privacy"):
        assert masked(f"Hier: {SITE}{path}", SITE) == f"Hier: {SITE}{path}"
    code = f"{SITE}/events/muster/register?invitation=GEHEIM"
    assert "GEHEIM" not in masked(code, SITE)
    assert "ABC" not in masked(f"{SITE}/C/ABC".upper(), SITE)
    assert masked("https://anders.example/x/y", SITE) == "https://anders.example/x/y"


def test_codes_are_masked() -> None:
    short, ticket = shown_short_code(new_short_code()), new_ticket()
    found = masked(f"Code {short}, Karte {ticket}. Telefon 0613-1234, 2026-2027", SITE)
    assert short not in found
    assert ticket not in found
    assert "Telefon 0613-1234" in found


def test_a_masked_link_leads_nowhere_and_no_picture_is_shown() -> None:
    html = (
        f'<a style="x" href="{SITE}/registrations/abc">Zur Anmeldung</a>'
        f'<a href="{SITE}/events/muster">Termin</a><img src="cid:einlass" alt="QR-Code">'
    )
    found = masked_html(html, SITE)
    assert '<a style="x">Zur Anmeldung</a>' in found
    assert f'href="{SITE}/events/muster"' in found
    assert "cid:" not in found
    assert 'src="data:image/svg+xml,' in found
