"""Files taken from others are exactly those of the manifests, byte for byte."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = [ROOT / "eventapp" / "static" / "vendor", ROOT / "tests" / "vendor"]
MANIFEST = "MANIFEST.json"


@pytest.fixture(params=FOLDERS, ids=lambda folder: folder.parent.name)
def vendor(request: pytest.FixtureRequest) -> Path:
    folder: Path = request.param
    return folder


def _packages(vendor: Path) -> list[dict[str, Any]]:
    packages: list[dict[str, Any]] = json.loads((vendor / MANIFEST).read_text(encoding="utf-8"))[
        "packages"
    ]
    return packages


def _listed(vendor: Path) -> dict[str, str]:
    return {name: digest for each in _packages(vendor) for name, digest in each["files"].items()}


def test_every_vendored_file_has_the_hash_of_the_manifest(vendor: Path) -> None:
    listed = _listed(vendor)
    found = {name: hashlib.sha256((vendor / name).read_bytes()).hexdigest() for name in listed}
    assert found == listed


def test_no_vendored_file_is_missing_from_the_manifest(vendor: Path) -> None:
    present = {path.relative_to(vendor).as_posix() for path in vendor.rglob("*") if path.is_file()}
    assert present - {MANIFEST} == set(_listed(vendor))


def test_every_package_states_version_and_a_licence_whose_text_is_shipped(vendor: Path) -> None:
    for package in _packages(vendor):
        assert package["name"]
        assert package["version"]
        for licence in package["licence"].split(" AND "):
            assert (ROOT / "LICENSES" / f"{licence}.txt").is_file(), licence
