"""The blueprint of planning; `console` and `programme_pages` fill it."""

from flask import Blueprint

console = Blueprint("planning", __name__, url_prefix="/organise/events")
