"""The blueprints that several modules fill with pages; `create_app` imports them all."""

from flask import Blueprint

pages = Blueprint("registration", __name__)
participants = Blueprint(
    "participants", __name__, url_prefix="/organise/events/<slug>/participants"
)
PERSON = "/<int(max=2147483647):registration_id>"  # as large as the databases take
