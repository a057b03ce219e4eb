"""Files taken from others are exactly those of the manifest, byte for byte."""

import hashlib
import json
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENDOR = ROOT / "eventapp" / "static" / "vendor"
MANIFEST = VENDOR / "MANIFEST.json"


def _listed() -> dict[str, str]:
    packages = json.loads(MANIFEST.read_text(encoding="utf-8"))["packages"]
    return {name: digest for package in packages for name, digest in package["files"].items()}


def test_every_vendored_file_has_the_hash_of_the_manifest() -> None:
    found = {name: hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() for name in _listed()}
    assert found == _listed()


def test_no_vendored_file_is_missing_from_the_manifest() -> None:
    present = {path.relative_to(VENDOR).as_posix() for path in VENDOR.rglob("*") if path.is_file()}
    assert present - {MANIFEST.name} == set(_listed())


def test_every_package_states_version_and_a_licence_whose_text_is_shipped() -> None:
    for package in json.loads(MANIFEST.read_text(encoding="utf-8"))["packages"]:
        assert package["name"]
        assert package["version"]
        for licence in package["licence"].split(" AND "):
            assert (ROOT / "LICENSES" / f"{licence}.txt").is_file(), licence
