"""The blueprint of logging in; `pages` and `second_step_pages` fill it."""

from flask import Blueprint

pages = Blueprint("accounts", __name__)
