"""The blueprints, one for each audience."""

from flask import Flask

from grants.web import (
    account,
    acts,
    administration,
    applicant,
    casework,
    office,
    papers,
    pieces,
    proposals,
    public,
)


def install(app: Flask) -> None:
    account.install(app)
    rooms = (public, applicant, casework, acts, papers, office, pieces, proposals, administration)
    for room in rooms:
        app.register_blueprint(room.screens)
