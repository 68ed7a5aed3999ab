"""Word documents: what a model asks for, and the model filled with a dossier's content."""

from grants.documents.content import Content
from grants.documents.engine import render, slots_of
from grants.documents.errors import DocumentError
from grants.documents.language import Slots

__all__ = ["Content", "DocumentError", "Slots", "render", "slots_of"]
