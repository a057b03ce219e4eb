"""The blueprint that sign-up and the holder's pages share; `create_app` imports both."""

from flask import Blueprint

pages = Blueprint("registration", __name__)
