"""The blueprint that the public pages hang on."""

from flask import Blueprint

screens = Blueprint("public", __name__)
