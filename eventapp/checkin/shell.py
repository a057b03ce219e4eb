"""The scanner's page for times without a network: which files it needs, and under which build.

The build is a hash of all that the page is made of, so that any change of any file makes another.
"""

from functools import cache
from hashlib import sha256
from pathlib import Path

STATIC = Path(__file__).parents[1] / "static"
TEMPLATES = Path(__file__).parents[2] / "templates"
TRANSLATIONS = Path(__file__).parents[1] / "translations"
WORKER = STATIC / "js/checkin/service-worker.js"
PARTS = (
    "js/checkin/*.js",
    "css/tokens.css",
    "css/base.css",
    "css/components.css",
    "css/checkin.css",
    "css/walk-in.css",
    "vendor/kern/kern.min.css",
    "vendor/fira-sans/*.woff2",
    "vendor/zxing-wasm/reader.js",
    "vendor/zxing-wasm/zxing_reader.wasm",
    "img/sign.svg",
    "img/door-*.png",
)
MADE_OF = ("checkin/*.html", "macros/*.html")


@cache
def list_files() -> tuple[Path, ...]:
    """What the page asks for beside itself."""
    found = [path for part in PARTS for path in sorted(STATIC.glob(part))]
    return tuple(path for path in found if path != WORKER)


@cache
def build() -> str:
    """The name of this state of page and files."""
    pages = [path for part in MADE_OF for path in sorted(TEMPLATES.glob(part))]
    words = sorted(TRANSLATIONS.glob("*/LC_MESSAGES/*.po"))
    digest = sha256()
    for path in (WORKER, *list_files(), *pages, *words):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
