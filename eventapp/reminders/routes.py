"""The blueprints that several modules fill with pages; `create_app` imports them all."""

from flask import Blueprint

pages = Blueprint("reminders", __name__)
console = Blueprint("reminding", __name__, url_prefix="/organise/events/<slug>/reminders")
