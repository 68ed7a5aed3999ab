"""The blueprints, one for each audience."""

from flask import Flask

from grants.web import (
    account,
    acts,
    administration,
    applicant,
    casework,
    papers,
    pieces,
    proposals,
    public,
)


def install(app: Flask) -> None:
    account.install(app)
    for room in (public, applicant, casework, acts, papers, pieces, proposals, administration):
        app.register_blueprint(room.screens)
