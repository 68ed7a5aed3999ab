"""Headers that keep pages to themselves: nothing foreign is loaded, nobody frames us."""

from flask import Flask, request
from flask.wrappers import Response

POLICY = "; ".join(  # noqa: FLY002  # one directive a line
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)


def install(app: Flask) -> None:
    @app.after_request
    def add(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        if request.endpoint != "static":
            response.headers["Cache-Control"] = "no-store"
        if app.config["SETTINGS"].https:
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        return response
