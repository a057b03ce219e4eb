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
