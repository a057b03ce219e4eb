"""What the scanner's page needs without a network is what it asks for."""

import re

from flask import Flask

from eventapp.checkin.shell import STATIC, list_files
from tests.visitors import visitor

_FILE = re.compile(r'"/static/([^"?]+)"')


def test_every_file_of_the_page_is_kept(app: Flask) -> None:
    kept = {path.relative_to(STATIC).as_posix() for path in list_files()}
    asked = set(_FILE.findall(visitor(app).get("/checkin/").get_data(as_text=True)))
    assert asked
    assert not asked - kept
