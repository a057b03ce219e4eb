"""The blueprint that the modules of this room fill with pages; `create_app` imports them all."""

from flask import Blueprint

pages = Blueprint("invitations", __name__)
