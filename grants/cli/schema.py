"""The tables: created and brought up to date by the migrations."""

from __future__ import annotations

from pathlib import Path

import flask_migrate
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import Engine

# The tables that the migrations are compared with are those of the models imported here.
import grants.dossiers.models
import grants.mail.models  # noqa: F401
from grants.config import Settings
from grants.database import prepare
from grants.extensions import db, migrate

FOLDER = Path(__file__).parents[1] / "migrations"


def bare_app(settings: Settings) -> Flask:
    """What Flask-Migrate needs and no more: no screen is loaded to move tables."""
    app = Flask("grants", instance_path=str(settings.instance))
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database_url
    db.init_app(app)
    migrate.init_app(app, db, directory=str(FOLDER))
    with app.app_context():
        prepare(db.engine)
    return app


def upgrade(settings: Settings, revision: str = "head") -> None:
    """Bring the database up to `revision`; one that is there already is left as it is."""
    with bare_app(settings).app_context():
        flask_migrate.upgrade(revision=revision)
        db.engine.dispose()


def downgrade(settings: Settings, revision: str = "base") -> None:
    """Go back to `revision`; « base » drops every table."""
    with bare_app(settings).app_context():
        flask_migrate.downgrade(revision=revision)
        db.engine.dispose()


def revision_of(engine: Engine) -> str | None:
    """The revision of the database; None when it holds no table of ours."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest_revision() -> str | None:
    return ScriptDirectory(str(FOLDER)).get_current_head()
