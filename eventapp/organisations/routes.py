"""The blueprint that the modules of this room fill with pages; `create_app` imports them all."""

from flask import Blueprint

console = Blueprint("organisations", __name__, url_prefix="/organise/organisations")
ONE = "/<int(max=2147483647):organisation_id>"  # as large as the databases take
