"""The blueprints of planning.

`console`, `programme_pages`, `following_pages` and `handing_on_pages` fill the first,
`series_pages` and `dates_pages` the second, `collision_pages` the third.
"""

from flask import Blueprint

console = Blueprint("planning", __name__, url_prefix="/organise/events")
series = Blueprint("series", __name__, url_prefix="/organise/series")
collisions = Blueprint("collisions", __name__, url_prefix="/organise/collisions")
