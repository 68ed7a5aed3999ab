"""Filled files read back: how much is right, and how fast, of invented dossiers of every call."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.measuring import stopwatch
from grants.calls.definition import CallDefinition
from grants.documents.reading import Reading, read_answers
from grants.dossiers.papers import paper_of
from grants.forms import FormDefinition
from grants.wording import fold
from tests.answers import LIBRARY, call_of
from tests.official_form import LABELS, SECTIONS
from tests.returned import (
    asked_in,
    faults,
    invented,
    mistyped_labels,
    named,
    saved_by_libreoffice,
    without_anchors,
    written,
)

DOSSIERS = 1_000

Case = tuple[CallDefinition, dict[str, Any]]

#: The questions of the official form that its plain text still answers.
KEYS = (
    *("location", "project_name", "holders", "summary", "households", "public_description"),
    *("dwellings", "dwelling_types", "allocation", "dwelling_location", "support_method"),
    *("rental_management_text", "adhesion", "support_supply", "landlord_support_relation"),
    *("needs_fit", "partners", "total_cost", "cofinancing", "commitment", "schedule"),
)
_TICKED_ONLY = (5, 6, 7, 9)  # labels whose boxes a plain text loses


def print_returned() -> None:
    calls = [call_of(path.stem) for path in sorted(LIBRARY.glob("*.yaml"))]
    cases = [(calls[n % len(calls)], invented(calls[n % len(calls)], n)) for n in range(DOSSIERS)]
    print(f"\nRelire {DOSSIERS} dossiers inventés de {len(calls)} appels")
    print_rate("par les ancres", cases, (written(*each) for each in cases))
    print_rate("par les intitulés seuls", cases, (without_anchors(*each) for each in cases))
    mistyped = (mistyped_labels(without_anchors(*each), 0.1, n) for n, each in enumerate(cases))
    print_rate("une lettre sur dix changée", cases, mistyped)
    if shutil.which("soffice"):
        print_saved(cases)
    else:
        print(
            "  LibreOffice (soffice) n’est pas installé : ses enregistrements ne sont pas mesurés"
        )


def print_saved(cases: Sequence[Case]) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        originals = named(written(*each) for each in cases)
        once = saved_by_libreoffice(originals, folder / "once")
        twice = saved_by_libreoffice(once, folder / "twice")
        odt = saved_by_libreoffice(originals, folder / "odt", "odt")
        back = saved_by_libreoffice(odt, folder / "back")
    print_rate("enregistrés par LibreOffice", cases, once.values())
    print_rate("deux fois", cases, twice.values())
    print_rate("en passant par .odt", cases, back.values())


def print_rate(name: str, cases: Sequence[Case], files: Iterable[bytes]) -> None:
    asked = wrong = 0
    times = []
    for (call, answers), file in zip(cases, files, strict=True):
        paper = paper_of(call)
        with stopwatch() as seconds:
            reading = read_answers(file, paper.questionnaire)
            times.append(seconds() * 1000)
        asked += len(asked_in(paper))
        wrong += len(faults(paper, answers, reading))
    print(
        f"  {name} : {asked - wrong} réponses sur {asked} ({100 * (asked - wrong) / asked:.2f} %), "
        f"{median(times):.1f} ms par fichier"
    )


# The official form, as it was really filled


def print_seed(path: Path) -> None:
    """A plain text of the official form, held against a reading by its exact labels."""
    text = path.read_text(encoding="utf-8")
    call = call_of("hlm-accompagnes")
    reading = read_answers(text.encode(), paper_of(call).questionnaire)
    expected = dict(zip(KEYS, between_labels(text.replace("'", "’")), strict=True))
    wrong = [
        key for key, text in expected.items() if letters(text) != letters(shown(call, key, reading))
    ]
    told = f" ; à revoir : {', '.join(wrong)}" if wrong else ""
    print(f"\n{path.name} : {len(KEYS) - len(wrong)} réponses sur {len(KEYS)}{told}")


def between_labels(text: str) -> list[str]:
    """What stands after each of the applicant's labels, up to the next label or title."""
    marks = sorted((*LABELS, *SECTIONS), key=len, reverse=True)
    parting = re.compile("|".join(rf"^{re.escape(each)} ?:?" for each in marks), re.MULTILINE)
    found: dict[str, str] = {}
    places = list(parting.finditer(text))
    ends = [*(each.start() for each in places[1:]), len(text)]
    for place, end in zip(places, ends, strict=True):
        found.setdefault(place[0].rstrip(" :"), text[place.end() : end])
    return [found[label] for n, label in enumerate(LABELS[:25]) if n not in _TICKED_ONLY]


def shown(call: CallDefinition, key: str, reading: Reading) -> str:
    """What was read, with what is written together with it."""
    together = re.findall(r"\{(\w+)\}", call.document.compose.get(key, f"{{{key}}}"))
    return " ".join(text_of(call.form, each, reading) for each in together)


def text_of(form: FormDefinition, key: str, reading: Reading) -> str:
    found = reading.answers.get(key)
    return form.fields[key].display(found.value) if found is not None else ""


def letters(text: str) -> str:
    return re.sub(r"\W|_", "", fold(text))
