"""The blueprint that the modules of this room fill with pages; `create_app` imports them all."""

from flask import Blueprint

console = Blueprint("questions", __name__, url_prefix="/organise/events/<slug>")
