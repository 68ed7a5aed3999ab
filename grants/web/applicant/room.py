"""The blueprint that the applicant's pages hang on."""

from flask import Blueprint

screens = Blueprint("applicant", __name__)
