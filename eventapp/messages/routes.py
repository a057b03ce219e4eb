"""The blueprint of messages; `console` and `sending_pages` fill it."""

from flask import Blueprint

console = Blueprint("messages", __name__, url_prefix="/organise/events/<slug>/messages")
MESSAGE = "/<int(max=2147483647):message_id>"  # as large as the databases take
