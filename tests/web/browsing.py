"""A reader who fills the forms of pages as they are: what a page does not offer cannot be sent."""

from __future__ import annotations

import html
import re
from typing import Any
from urllib.parse import urljoin

from flask.testing import FlaskClient
from lxml import html as markup
from werkzeug.test import TestResponse


def submit(
    client: FlaskClient, path: str, /, *, to: str | None = None, **typed: str
) -> TestResponse:
    """Open a page, fill the form that has these fields (or leads `to`), and send it."""
    return send(client, client.get(path), to=to, **typed)


def send(
    client: FlaskClient, page: TestResponse, /, *, to: str | None = None, **typed: str
) -> TestResponse:
    """Fill and send a form of a page that is open."""
    form = form_of(page, to=to, fields=typed)
    inputs = dict(form.form_values()) | typed
    return client.post(urljoin(page.request.path, form.action or page.request.url), data=inputs)


def form_of(page: TestResponse, *, to: str | None = None, fields: Any = ()) -> Any:
    forms = [
        form
        for form in markup.fromstring(page.get_data(as_text=True)).forms
        if (form.get("method") or "").lower() == "post"
        and set(fields) <= set(form.fields.keys())
        and (to is None or to in (form.action or ""))
        and (to is not None or "/deconnexion" not in (form.action or ""))
    ]
    assert len(forms) == 1, f"{len(forms)} forms have {set(fields)} on {page.request.path}"
    return forms[0]


def read(page: TestResponse) -> str:
    """What a reader sees, on one line."""
    body = re.sub(r"<(script|style|head)\b.*?</\1>", " ", page.text, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


def errors(page: TestResponse) -> list[str]:
    """The summary of errors."""
    found = markup.fromstring(page.get_data(as_text=True)).xpath('//*[@id="errors"]//li')
    return [" ".join(each.text_content().split()) for each in found]
