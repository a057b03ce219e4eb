"""Colours that can be read, logos that are only pictures, and where both are shown."""

import io
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse

from eventapp import pictures
from eventapp.db import transaction
from eventapp.networks import logo, look
from eventapp.networks.inherited import Colours
from eventapp.networks.logo import LogoTooLarge, LogoUnreadable
from eventapp.networks.models import Role, Scope
from tests.factories import make_event, make_network, node_of, png
from tests.refusals import check_refused
from tests.visitors import Visitor, colleague

COLOUR = st.integers(0, 0xFFFFFF).map("#{:06x}".format)


def test_the_figures_are_those_of_the_house() -> None:
    assert look.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert look.contrast("#1d2a5e", "#ffffff") == pytest.approx(13.6, abs=0.1)
    assert all(look.lacks(name, value) is None for name, value in look.full(Colours()).items())
    assert look.lacks("copper", "#b8743f") == pytest.approx(3.2)
    assert look.lacks("brand", "#777777") is not None


@given(COLOUR, COLOUR, COLOUR)
def test_what_can_be_read_in_the_light_can_be_seen_in_the_dark(
    brand: str, copper: str, line: str
) -> None:
    colours = {"brand": brand, "copper": copper, "copper_line": line}
    good = {name: each for name, each in colours.items() if look.lacks(name, each) is None}
    dark = look.in_the_dark(Colours(**good))
    assert look.contrast(dark["brand"], "#ffffff") >= 7
    assert look.contrast(dark["brand"], "#15151a") > 1.6
    assert look.contrast(dark["copper"], "#2d2c33") >= 4.5
    assert look.contrast(dark["copper_line"], "#2d2c33") >= 3


@pytest.mark.parametrize("text", ["", "red", "#12345", "#1234567", "url(x)", "#12345g", "1;}"])
def test_only_six_digits_are_a_colour(text: str) -> None:
    assert look.parse(text) is None


def test_a_logo_is_made_anew() -> None:
    told = PngInfo()
    told.add_text("Author", "Ada Beispiel")
    picture = logo.read(png(1600, 400, pnginfo=told))
    assert (picture.width, picture.height, picture.media_type) == (800, 200, "image/png")
    assert b"Ada" not in picture.data
    out = io.BytesIO()
    Image.new("L", (20, 10)).save(out, "JPEG")
    assert logo.read(out.getvalue()).media_type == "image/jpeg"


def gif() -> bytes:
    out = io.BytesIO()
    Image.new("P", (3, 3)).save(out, "GIF")
    return out.getvalue()


@pytest.mark.parametrize(
    "data", [b"", b"<svg onload='x'/>", png()[:30], gif(), b"\x89PNG\r\n\x1a\n" + b"x" * 99]
)
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(LogoUnreadable):
        logo.read(data)


def test_a_picture_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(LogoTooLarge):
        logo.read(b"x" * (logo.MOST_BYTES + 1))
    monkeypatch.setattr(pictures, "_MOST_DECODED", 10)
    with pytest.raises(LogoTooLarge):
        logo.read(png())


@pytest.fixture
def ada(app: Flask) -> Visitor:
    """Owner of a network with one below it that has an event."""
    with transaction() as session:
        land = make_network(session, "land")
        stadt = make_network(session, "stadt", parent=land)
        make_event(session, "treffen", network=stadt)
        network_id = land.id
    return colleague(app, "ada", (Role.OWNER, Scope.NETWORK, network_id))


def send(browser: Visitor, data: bytes = b"", **values: str) -> TestResponse:
    revision = browser.field("/organise/networks/land/look", "revision")
    sent: dict[str, Any] = {"csrf_token": browser.csrf_token(), "revision": revision, **values}
    if data:
        sent["logo"] = FileStorage(io.BytesIO(data), "logo.png")
    return browser.post("/organise/networks/land/look", data=sent)


def test_colours_reach_the_pages_of_the_network_and_below(
    ada: Visitor, client: FlaskClient
) -> None:
    assert send(ada, brand="004225", copper="#8a4518").status_code == 303
    for page in ("/networks/land", "/events/treffen", "/networks/stadt/imprint"):
        [address] = re.findall(r'href="(/networks/\w+/look-\w+\.css)"', client.get(page).text)
        sheet = client.get(address)
        assert sheet.mimetype == "text/css"
        assert "immutable" in sheet.headers["Cache-Control"]
        assert "--brand: #004225;" in sheet.text
    assert client.get("/networks/land/look-0000.css").status_code == 404
    assert "look-" not in ada.get("/organise/").text
    assert send(ada, brand="", copper="").status_code == 303
    assert "look-" not in client.get("/networks/land").text


def test_a_colour_that_cannot_be_read_is_refused_with_its_contrast(ada: Visitor) -> None:
    answer = send(ada, brand="#7799ff", copper="#8a4518")
    assert answer.status_code == 422
    assert "Der Kontrast beträgt 2,6, nötig sind 7." in answer.text
    assert 'value="#7799ff"' in answer.text
    assert node_of("land").inherited.colours == Colours()


def test_the_preview_changes_nothing(ada: Visitor) -> None:
    answer = send(ada, brand="#004225", preview="1")
    assert answer.status_code == 200
    assert 'fill="#004225"' in answer.text
    assert node_of("land").inherited.colours == Colours()


def test_a_logo_with_its_words(ada: Visitor, client: FlaskClient) -> None:
    assert send(ada, png()).status_code == 422  # no words
    assert send(ada, b"<svg/>", alt="Baum").status_code == 422
    hostile = 'Baum" onerror="x'
    assert send(ada, png(), alt=hostile).status_code == 303
    page = client.get("/events/treffen").text
    [address] = re.findall(r'src="(/networks/land/logo-\w+)"', page)
    assert 'alt="Baum&#34; onerror=&#34;x"' in page
    picture = client.get(address)
    assert picture.mimetype == "image/png"
    assert Image.open(io.BytesIO(picture.data)).size == (4, 3)
    assert client.get("/networks/stadt/logo-0000").status_code == 404
    assert send(ada, alt="Ein Baum").status_code == 303  # the words alone
    assert 'alt="Ein Baum"' in client.get("/events/treffen").text
    assert send(ada, drop_logo="y").status_code == 303
    assert "mark__logo" not in client.get("/events/treffen").text


def test_nobody_saves_over_what_another_saved(ada: Visitor) -> None:
    old = ada.field("/organise/networks/land/look", "revision")
    assert send(ada, brand="#004225").status_code == 303
    answer = send(ada, brand="#222222", revision=old)
    check_refused(answer, "network-changed")
    assert node_of("land").inherited.colours.brand == "#004225"
