"""Word documents: ours and plain docxtpl's, on the same model and content, in turn in one run."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from docxtpl import DocxTemplate

from benchmarks.measuring import medians
from grants.documents import render
from grants.documents.compiling import compiled
from grants.documents.content import prepare
from grants.documents.engine import ready_model
from grants.documents.language import ENVIRONMENT

ROUNDS = 15
TABLE_ROWS = 2_000
DOCUMENTS = 10_000
PDFS, WARMING = 1_000, 100
_MEMORY = Path("/proc/self/statm")

Filling = Mapping[str, Any]


def print_documents(model: bytes, content: Filling) -> None:
    print(f"\nDocuments Word : médiane de {ROUNDS} tours, chacun passant par toutes les façons")
    print_against_docxtpl("le document officiel", model, content, ROUNDS)
    table = next(name for name, value in content.items() if is_table(value))
    long = [content[table][n % len(content[table])] for n in range(TABLE_ROWS)]
    print_against_docxtpl(f"{TABLE_ROWS} lignes de tableau", model, {**content, table: long}, 3)
    (once,) = medians([lambda: compiled(model)], 5)
    print(f"  préparer le modèle, une fois par processus : {once:.0f} ms")
    print_memory(model, content)


def print_pdf(name: str, printed: Callable[[], bytes]) -> None:
    """`printed` typesets the document."""
    (once,) = medians([printed], ROUNDS)
    print(f"\nPDF {name}, composé sans LibreOffice : {once:.0f} ms, {len(printed()) // 1000} Ko")
    if not _MEMORY.exists():
        return
    for _ in range(WARMING):
        printed()
    before = memory()
    for _ in range(PDFS):
        printed()
    print(f"  mémoire prise par {PDFS} PDF de plus : {memory() - before:.1f} Mo")


def is_table(value: object) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], Mapping)


def print_against_docxtpl(name: str, model: bytes, content: Filling, rounds: int) -> None:
    ready = ready_model(model)
    plain, ours, denser = medians(
        [
            lambda: by_docxtpl(model, content),
            lambda: render(model, content, title="Projet"),
            lambda: ready.filled(prepare(ready.slots, content), title="Projet", level=6),
        ],
        rounds,
    )
    print(
        f"  {name} : docxtpl {plain:.1f} ms, le nôtre {ours:.2f} ms (× {plain / ours:.0f}), "
        f"au niveau 6 de zlib, le sien, {denser:.2f} ms (× {plain / denser:.0f})"
    )


def by_docxtpl(model: bytes, content: Filling) -> bytes:
    template = DocxTemplate(io.BytesIO(model))
    template.render(dict(content), ENVIRONMENT)
    saved = io.BytesIO()
    template.save(saved)
    return saved.getvalue()


def print_memory(model: bytes, content: Filling) -> None:
    if not _MEMORY.exists():
        return
    for number in range(500):
        render(model, content, title=f"Projet {number}")
    before = memory()
    for number in range(DOCUMENTS):
        render(model, content, title=f"Projet {number}")
    print(f"  mémoire prise par {DOCUMENTS} documents de plus : {memory() - before:.1f} Mo")


def memory() -> float:
    """Megabytes of this process in memory."""
    pages = int(_MEMORY.read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1_000_000
