"""The blueprint of the organisers' pages about partners."""

from flask import Blueprint

console = Blueprint("partners", __name__, url_prefix="/organise/events/<slug>/partners")
PARTNER = "/<int(max=2147483647):partner_id>"  # as large as the databases take
