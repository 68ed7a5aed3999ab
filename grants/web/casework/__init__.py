"""The screens of those who examine dossiers."""

from flask import Blueprint

screens = Blueprint("casework", __name__)

from grants.web.casework import (  # noqa: E402
    comparison,
    history,
    importing,
    review,
    saving,
    worklist,
)

__all__ = ["comparison", "history", "importing", "review", "saving", "screens", "worklist"]
