"""The screens of those who examine dossiers."""

from flask import Blueprint

screens = Blueprint("casework", __name__)

from grants.web.casework import comparison, history, opinion, review, worklist  # noqa: E402

__all__ = ["comparison", "history", "opinion", "review", "screens", "worklist"]
