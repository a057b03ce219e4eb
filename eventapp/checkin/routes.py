"""The blueprints of the door: what anybody may open, and the organisers' doors and devices."""

from flask import Blueprint

pages = Blueprint("checkin", __name__)
doors = Blueprint("doors", __name__, url_prefix="/organise/events/<slug>/doors")
DOOR = "/<int(max=2147483647):door_id>"  # as large as the databases take
CONFLICT = "/conflicts/<int(max=2147483647):scan_id>"
DEVICE = "/devices/<int(max=2147483647):device_id>"
