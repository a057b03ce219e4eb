"""The blueprint that several modules fill with pages; `create_app` imports them all."""

from flask import Blueprint

pages = Blueprint("feeds", __name__)
