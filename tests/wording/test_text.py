"""Placeholders and Markdown: what is written arrives, what is filled in stays text."""

from eventapp.wording.text import (
    Values,
    dead_links,
    html,
    one_line,
    plain,
    unknown_placeholders,
)

HOSTILE = "[Gewinn](https://evil.example) <img src=x> **x** {link} https://evil.example"
WORDS = {"vorname": HOSTILE, "name": "Zoë Müller", "titel der veranstaltung": "Fest & Feier <3"}
VALUES = Values(WORDS, "https://events.example/registrations/abc", "Ihre Anmeldung")


def test_what_is_filled_in_is_text() -> None:
    found = html("Guten Tag {vorname}, **willkommen**", VALUES)
    assert "<a" not in found
    assert "<img" not in found
    assert "&lt;img src=x&gt; **x** {link}" in found
    assert "<strong>willkommen</strong>" in found
    assert plain("Guten Tag {vorname}", VALUES) == f"Guten Tag {HOSTILE}"
    assert one_line("{ Vorname }: {Titel  der Veranstaltung}", VALUES).startswith(HOSTILE)
    assert "Fest &amp; Feier &lt;3" in html("{titel der veranstaltung}", VALUES)


def test_the_link_is_clicked_as_it_is_written() -> None:
    for written, words in (("{link}", "Ihre Anmeldung"), ("[hier]({link})", "hier")):
        assert f'href="{VALUES.link}">{words}</a>' in html(written, VALUES)
        assert plain(written, VALUES) == f"{words}: {VALUES.link}"
    address = "https://stadt.example/a_b_c?x=1"
    assert f'href="{address}">{address}</a>.' in html(f"Siehe {address}.", VALUES)
    assert plain(f"Siehe {address}.", VALUES) == f"Siehe {address}."


def test_nothing_but_letters_gets_through() -> None:
    tricks = (
        "<script>alert(1)</script>\n\n![x](https://e.example/p.png)\n\n[x](javascript:alert(1))"
    )
    found = html(tricks, VALUES)
    assert "<script" not in found
    assert "<img" not in found
    assert 'href="javascript' not in found


def test_plain_text_keeps_the_shape() -> None:
    written = "# Kopf\n\nEins\nzwei\n\n- a\n- **b**\n\n3. c\n4. d\n   e\n\n> f\n> g\n\nGruß\n---\n"
    assert plain(written, VALUES) == (
        "Kopf\n\nEins\nzwei\n\n- a\n- b\n\n3. c\n4. d\n   e\n\n> f\n> g\n\nGruß\n\n----"
    )


def test_what_the_form_refuses() -> None:
    assert unknown_placeholders("{vorname} {Termin} {{7*7}} {mail}") == ["{7*7}", "{mail}"]
    assert unknown_placeholders("a { b } {}") == ["{ b }"]
    links = "[a](/b) [c](https://d.example/{name}) [e]({ link }) [f](mailto:g@h.example) {link}"
    assert dead_links(links.replace("{ link }", "{link}")) == [
        "/b",
        "https://d.example/%7Bname%7D",
    ]
