"""The blueprint that the organisers' pages of the ledger fill; `create_app` imports them all."""

from flask import Blueprint

console = Blueprint("ledger", __name__, url_prefix="/organise/events/<slug>/presence")
PERSON = "/<int(max=2147483647):registration_id>"  # as large as the databases take
REPORT = "/reports/<int(max=2147483647):report_id>"
ENTRY = "/entries/<int(max=2147483647):entry_id>"
