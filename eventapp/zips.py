"""What reading a ZIP of somebody else's may raise."""

import zipfile
import zlib

# No ZIP, damaged, cut off, packed in a way that the library does not know, locked by a password.
UNREADABLE = (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, RuntimeError)
