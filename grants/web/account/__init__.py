"""Accounts: registering, signing in, one's organisation, one's service."""

from flask import Flask

from grants.accounts.errors import AccountRefused, NotEntitled
from grants.web import errors, parking
from grants.web.account import (
    confirming,
    invitations,
    menu,
    organisation,
    overview,
    registration,
    second_factor,
    service,
    signing_in,
)
from grants.web.account.room import screens

__all__ = [
    "confirming",
    "install",
    "invitations",
    "organisation",
    "overview",
    "registration",
    "second_factor",
    "service",
]


def install(app: Flask) -> None:
    signing_in.install(app, app.config["SETTINGS"])
    parking.install(app)
    app.register_blueprint(screens)
    app.context_processor(menu.context)
    app.register_error_handler(NotEntitled, lambda fault: errors.page(403, [fault.reason]))
    app.register_error_handler(
        AccountRefused, lambda fault: errors.page(409, [fault.reason], errors.REFUSED)
    )
