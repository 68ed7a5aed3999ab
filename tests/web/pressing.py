"""Presses a named button of a page, as browsing.send presses the only one."""

from __future__ import annotations

from urllib.parse import urljoin

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.web.browsing import form_of


def press(client: FlaskClient, page: TestResponse, holding: str, **button: str) -> TestResponse:
    """Send the form that has the field `holding` by that button.

    A browser drops the line break that follows the opening tag of a textarea.
    """
    form = form_of(page, fields={holding})
    inputs = {name: value.removeprefix("\n") for name, value in form.form_values()}
    return client.post(
        urljoin(page.request.path, form.action or page.request.path), data=inputs | button
    )
