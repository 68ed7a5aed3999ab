"""Fills a Word model: docxtpl's syntax, without its silent repairs."""

from collections import OrderedDict
from hashlib import sha256
from threading import Lock

from grants.documents.compiling import CompiledModel, compiled
from grants.documents.content import Content, prepare, require
from grants.documents.language import Slots

_KEPT = 32  # models
_models: OrderedDict[bytes, CompiledModel] = OrderedDict()
_one_compiles, _one_keeps = Lock(), Lock()


def slots_of(model: bytes) -> Slots:
    """What the body, headers and footers of a .docx model ask for.

    :raises DocumentError: when it is no Word file, or a tag is broken, misplaced or not allowed.
    """
    return ready_model(model).slots


def render(
    model: bytes, content: Content, *, title: str | None = None, subject: str | None = None
) -> bytes:
    """The model filled, as a .docx; without `title` or `subject` the model keeps its own.

    Content may hold more than the model asks for, never less. The same model and the same content
    give the same bytes.

    :raises DocumentError: as `slots_of`, or naming the slots the content lacks.
    """
    ready = ready_model(model)
    require(ready.slots, content)
    return ready.filled(prepare(ready.slots, content), title=title, subject=subject)


def ready_model(model: bytes) -> CompiledModel:
    """The model compiled, once; the least used are forgotten."""
    key = sha256(model).digest()
    if ready := _kept(key):
        return ready
    with _one_compiles:  # the others may read what is kept meanwhile
        ready = _kept(key) or compiled(model)
        with _one_keeps:
            _models[key] = ready
            while len(_models) > _KEPT:
                _models.popitem(last=False)
        return ready


def _kept(key: bytes) -> CompiledModel | None:
    with _one_keeps:
        if key in _models:
            _models.move_to_end(key)
        return _models.get(key)
