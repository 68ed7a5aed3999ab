"""The demonstration's outbox: nothing leaves, so every mail is read here."""

from __future__ import annotations

import re
from typing import Final

from flask import abort, current_app, render_template, request, url_for
from markupsafe import Markup, escape

from grants.extensions import db
from grants.mail import with_links
from grants.mail.queries import outbox, recipients
from grants.web import access
from grants.web.paging import Paging
from grants.web.public.room import screens

PER_PAGE: Final = 20
_LINK: Final = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?)]")


@screens.get("/demonstration/courriels")
@access.public
def demo_outbox() -> str:
    if not current_app.config["SETTINGS"].demo:
        abort(404)
    recipient = request.args.get("a") or None
    paging = Paging.asked(request.args.get("page"), PER_PAGE)
    mails, total = outbox(
        db.session(), recipient=recipient, limit=paging.size, offset=paging.offset
    )
    return render_template(
        "public/demo_outbox.html",
        mails=mails,
        total=total,
        recipient=recipient,
        recipients=recipients(db.session()),
        page=paging.number,
        pages=paging.pages(total),
        address=lambda number: url_for("public.demo_outbox", a=recipient, page=number),
    )


@screens.app_template_filter("letter")
def letter(body: str) -> Markup:
    """The body of a mail with its links alive; the site stands where it is read."""
    text = with_links(body, request.url_root.rstrip("/"))
    written: list[str] = []
    end = 0
    for found in _LINK.finditer(text):
        written += [escape(text[end : found.start()]), _anchor(found[0])]
        end = found.end()
    return Markup("").join([*written, escape(text[end:])])


def _anchor(address: str) -> Markup:
    return Markup('<a href="{0}">{0}</a>').format(address)
