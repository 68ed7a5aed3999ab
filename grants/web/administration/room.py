"""The blueprint that the pages of call managers hang on."""

from flask import Blueprint

screens = Blueprint("administration", __name__)
