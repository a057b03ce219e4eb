"""The blueprint that the modules of this room fill with pages; `create_app` imports them all."""

from flask import Blueprint

console = Blueprint("inviting", __name__, url_prefix="/organise/events/<slug>/invitations")
ONE = "/<int(max=2147483647):invitation_id>"  # as large as the databases take
NAMED = "/named/<int(max=2147483647):naming_id>"
