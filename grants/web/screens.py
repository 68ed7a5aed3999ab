"""The blueprints, one for each audience."""

from flask import Flask

from grants.web import account, administration, applicant, casework, public


def install(app: Flask) -> None:
    account.install(app)
    for room in (public, applicant, casework, administration):
        app.register_blueprint(room.screens)
