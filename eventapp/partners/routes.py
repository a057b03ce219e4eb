"""The blueprints of the organisers' pages: partners of one event, and lists of places."""

from flask import Blueprint

console = Blueprint("partners", __name__, url_prefix="/organise/events/<slug>/partners")
PARTNER = "/<int(max=2147483647):partner_id>"  # as large as the databases take
places_console = Blueprint("places", __name__, url_prefix="/organise/events/<slug>/places")
