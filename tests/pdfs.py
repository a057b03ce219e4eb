"""Reading the PDFs that typst wrote: their objects, and the text that each page draws."""

import re
import zlib

Objects = dict[int, tuple[str, bytes]]

_OBJECT = re.compile(rb"(?s)\n(\d+) 0 obj\s(.*?)\sendobj")
_STREAM = re.compile(rb"(?s)stream\r?\n(.*)\r?\nendstream")
_PLAIN = rb"(?:\\.|[^\\()])*"  # of a string; brackets may stand in it bare where they pair
_SHOWN = re.compile(
    rb"(?s)/(f\d+) [\d.]+ Tf|\((" + _PLAIN + rb"(?:\(" + _PLAIN + rb"\)" + _PLAIN + rb")*)\)|(ET)"
)
_ESCAPE = re.compile(rb"(?s)\\([0-7]{3}|.)")


def objects(file: bytes) -> Objects:
    """By number: the dictionary and the stream, unpacked."""
    assert b"/ObjStm" not in file  # else there would be more of them
    found = {}
    for number, body in _OBJECT.findall(file):
        stream = _STREAM.search(body)
        head = body[: stream.start()] if stream else body
        packed = stream[1] if stream else b""
        content = zlib.decompress(packed) if b"/FlateDecode" in head else packed
        found[int(number)] = (head.decode("latin-1"), content)
    return found


def text_of(file: bytes) -> list[str]:
    """The text of each page, a line for each piece that is drawn."""
    all_ = objects(file)
    pages = [head for head, _stream in all_.values() if re.search(r"/Type\s*/Page\b", head)]
    return [_page_text(all_, head) for head in pages]


def _page_text(all_: Objects, page: str) -> str:
    fonts = {
        name: _letters(all_, all_[int(number)][0])
        for name, number in re.findall(r"/(f\d+) (\d+) 0 R", _resources(all_, page))
    }
    lines, words, font = [], "", {}
    content = all_[_reference(page, "Contents")][1]
    for name, shown, end in _SHOWN.findall(content):
        if name:
            font = fonts[name.decode()]
        elif end:
            lines.append(words)
            words = ""
        else:
            codes = _ESCAPE.sub(_unescaped, shown)
            words += "".join(
                font.get(codes[at : at + 2].hex(), "") for at in range(0, len(codes), 2)
            )
    return "\n".join(lines)


def _resources(all_: Objects, page: str) -> str:
    found = re.search(r"/Resources (\d+) 0 R", page)
    return all_[int(found[1])][0] if found else page


def _reference(head: str, name: str) -> int:
    found = re.search(rf"/{name} (\d+) 0 R", head)
    assert found, (name, head)
    return int(found[1])


def _letters(all_: Objects, font: str) -> dict[str, str]:
    """By glyph, four hexadecimal digits: what it stands for."""
    table = all_[_reference(font, "ToUnicode")][1].decode("latin-1")
    return {
        glyph.lower(): bytes.fromhex(text).decode("utf-16-be")
        for glyph, text in re.findall(r"<([0-9A-F]{4})> <((?:[0-9A-F]{4})+)>\n", table)
        if glyph != "0000"
    }


def _unescaped(match: re.Match[bytes]) -> bytes:
    code = match[1]
    if len(code) == 3:
        return bytes([int(code, 8)])
    return {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}.get(code, code)
