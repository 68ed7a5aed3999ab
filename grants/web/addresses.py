"""What an address may hold: words and numbers that a database can look for; links in mails."""

from __future__ import annotations

from typing import Any

from flask import Flask, abort, request, url_for
from werkzeug.routing import IntegerConverter, Map, UnicodeConverter, ValidationError

from grants.mail import SITE

#: The largest number of a row; PostgreSQL refuses to compare with a larger one.
LAST_ID = 2**31 - 1


class Word(UnicodeConverter):
    def to_python(self, value: str) -> str:
        """:raises ValidationError: for the character that PostgreSQL cannot store; so a 404."""
        if "\0" in value:
            raise ValidationError
        return value


class Number(IntegerConverter):
    def __init__(self, url_map: Map, *args: Any, **options: Any) -> None:
        super().__init__(url_map, *args, **{"max": LAST_ID, **options})


def in_mail(endpoint: str, **values: Any) -> str:
    """A link that is completed when the mail is sent or shown, wherever the site is reached."""
    return SITE + url_for(endpoint, **values).removeprefix(request.script_root)


def install(app: Flask) -> None:
    """Before any route is added."""
    app.jinja_env.globals["in_mail"] = in_mail
    app.url_map.converters |= {"default": Word, "string": Word, "int": Number}

    @app.before_request
    def check_question() -> None:
        if any("\0" in text for texts in request.args.listvalues() for text in texts):
            abort(400)
