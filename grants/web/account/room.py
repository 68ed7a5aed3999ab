"""The blueprint that the pages about accounts hang on."""

from flask import Blueprint

screens = Blueprint("account", __name__)
