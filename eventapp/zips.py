"""ZIP files: what reading one of somebody else's may raise, and writing our own."""

import io
import zipfile
import zlib
from collections.abc import Iterable

# No ZIP, damaged, cut off, packed in a way that the library does not know, locked by a password.
UNREADABLE = (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, RuntimeError)

_NO_TIME = (1980, 1, 1, 0, 0, 0)  # the first that a ZIP knows
_UNIX, _PLAIN_FILE = 3, 0o100644 << 16


def write_zip(files: Iterable[tuple[str, bytes]]) -> bytes:
    """Of (name, content) in this order; the same files make the same bytes, whenever it is."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name, content in files:
            about = zipfile.ZipInfo(name, _NO_TIME)
            about.compress_type = zipfile.ZIP_DEFLATED
            about.create_system, about.external_attr = _UNIX, _PLAIN_FILE
            packed.writestr(about, content)
    return out.getvalue()
