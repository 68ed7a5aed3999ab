"""The screens of those who examine dossiers."""

from flask import Blueprint

screens = Blueprint("casework", __name__)

from grants.web.casework import comparison, history, review, saving, worklist  # noqa: E402

__all__ = ["comparison", "history", "review", "saving", "screens", "worklist"]
