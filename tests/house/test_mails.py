"""Every mail kind has its templates, and no folder is orphaned. Rendering: tests/mail."""

from pathlib import Path

import pytest
from flask import Flask

from eventapp.mail import kinds

MAIL = Path(__file__).resolve().parents[2] / "templates" / "mail"


@pytest.mark.usefixtures("app")
def test_kinds_and_folders_are_the_same() -> None:
    assert kinds.names() == sorted(path.name for path in MAIL.iterdir() if path.is_dir())
    for kind in kinds.names():
        found = {path.name for path in (MAIL / kind).iterdir()}
        assert found == {"subject.txt", "body.txt", "body.html"}, kind


def test_mail_templates_refuse_forgotten_values(app: Flask) -> None:
    templates = app.extensions["mail_templates"]
    assert templates.undefined.__name__ == "StrictUndefined"
