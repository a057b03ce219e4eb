"""The blueprint that the modules of this room fill with pages; `create_app` imports them all."""

from flask import Blueprint

console = Blueprint("participants", __name__, url_prefix="/organise/events/<slug>/participants")
PERSON = "/<int(max=2147483647):registration_id>"  # as large as the databases take
