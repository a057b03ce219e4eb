"""Files as organisers upload them."""

import io
import zipfile

PDF = b"%PDF-1.7\n% Folien\n%%EOF\n"


def packed(**members: str) -> bytes:
    """A ZIP of these; dots and slashes of their names are `__` and `_`."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name, text in members.items():
            file.writestr(name.replace("__", ".").replace("_", "/"), text)
    return out.getvalue()


DOCX = packed(**{"[Content/Types]__xml": "", "word_document__xml": "<w/>"})
WITH_MACROS = packed(word_document__xml="<w/>", word_vbaProject__bin="x")
ODT = packed(mimetype="application/vnd.oasis.opendocument.text")


def locked() -> bytes:
    """`ODT` as it says that a password is wanted, in both places."""
    data = bytearray(ODT)
    for start, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(start) + flags] |= 1
    return bytes(data)


def damaged() -> bytes:
    """One whose first member cannot be unpacked any more."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("mimetype", "application/vnd.oasis.opendocument.text" * 3)
    data = bytearray(out.getvalue())
    begin = data.index(b"mimetype") + len("mimetype")
    data[begin : begin + 20] = b"\xff" * 20
    return bytes(data)
