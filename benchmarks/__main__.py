"""Figures anyone can run again: `make bench`.

Server time is that of the application answering a test client in this process: no network, no
browser. SQLite on a file of a temporary folder.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import select
from sqlalchemy.orm import Session

from benchmarks.circuits import print_circuits
from benchmarks.documents import print_documents, print_pdf
from benchmarks.measuring import Measure, Site, stopwatch
from benchmarks.returned import print_returned, print_seed
from benchmarks.world import world_of
from grants.accounts.models import User
from grants.calls.definition import CallDefinition
from grants.calls.loader import definition_of, read_call
from grants.demo.builder import CALL_FILE
from grants.dossiers.models import Dossier
from grants.dossiers.operations import Change, answer_token, fire, save_answers, start
from grants.dossiers.operations.reading import reading_of
from grants.dossiers.papers import Manuscript, model_bytes, presentation_manuscript
from grants.dossiers.pdf import presentation_pdf
from grants.dossiers.presentation import Reader
from grants.dossiers.queries import dossier_by_reference
from grants.extensions import db
from grants.workflows.definition import Audience

SIZES = (10, 1000)
RUNS = 9
SEMIS, DRAFT, TO_REVIEW = "HLM14-0001", "HLM14-0008", "HLM14-0006"
EDITOR, SIGNATORY = "redaction@semis.example.org", "signature@semis.example.org"
DRAFTER = "redaction@imaginaires.example.org"
DDCS, DREAL = "responsable@ddcs17.example.org", "responsable@dreal.example.org"
MANAGER = "gestion@appel.example.org"

#: Name, who asks, address.
PAGES = (
    ("appels", None, "/appels"),
    ("un appel", None, "/appels/hlm-accompagnes"),
    ("connexion", None, "/connexion"),
    ("préparer", EDITOR, "/appels/hlm-accompagnes/preparer"),
    ("mes dossiers", EDITOR, "/mes-dossiers"),
    ("un dossier", DRAFTER, f"/dossiers/{DRAFT}"),
    ("une rubrique", DRAFTER, f"/dossiers/{DRAFT}/rubriques/finance"),
    ("vérifier", DRAFTER, f"/dossiers/{DRAFT}/verifier"),
    ("accusé de réception", SIGNATORY, f"/dossiers/{SEMIS}/accuse-de-reception"),
    ("historique (porteur)", SIGNATORY, f"/dossiers/{SEMIS}/historique"),
    ("décision", SIGNATORY, f"/dossiers/{SEMIS}/decision"),
    ("présentation Word", SIGNATORY, f"/dossiers/{SEMIS}/presentation.docx"),
    ("à instruire (DDCS)", DDCS, "/instruction"),
    ("à instruire (DREAL)", DREAL, "/instruction"),
    ("dossier et avis", DDCS, f"/instruction/{TO_REVIEW}"),
    ("historique (service)", DDCS, f"/instruction/{TO_REVIEW}/historique"),
    ("acte", DDCS, f"/dossiers/{TO_REVIEW}/actes/request_completion"),
    ("comparer", DREAL, f"/instruction/comparer?ref={SEMIS}&ref={TO_REVIEW}"),
    ("gérer les appels", MANAGER, "/gestion/appels"),
    ("gérer un appel", MANAGER, "/gestion/appels/hlm-accompagnes"),
    ("suivre ses dossiers", MANAGER, "/gestion/appels/hlm-accompagnes/dossiers"),
    ("courriels", MANAGER, "/gestion/courriels"),
)


def main() -> None:
    now = datetime.now(UTC)
    print(f"Temps médian de {RUNS} essais et nombre de requêtes SQL, sur SQLite.\n")
    with TemporaryDirectory() as name:
        folder = Path(name)
        found: dict[int, dict[str, Measure]] = {}
        for size in SIZES:
            print(f"… {size} dossiers")
            with world_of(folder, size, now=now) as url:
                found[size] = measures(url, folder, now)
        print()
        print_table(found)
        with world_of(folder, 11, now=now) as url:
            print_rates(Site(url, folder, now=now), now)
    print_circuits()


def measures(url: str, folder: Path, now: datetime) -> dict[str, Measure]:
    site = Site(url, folder, now=now)
    found = {
        name: site.measure(asking(site, email, address), RUNS) for name, email, address in PAGES
    }
    found["une réponse enregistrée"] = site.measure(saving(site), RUNS)
    found["un dépôt"] = site.measure(depositing(site, now), RUNS)
    found["le même sans la page"] = site.measure(firing(site, now), RUNS)
    with site.app.app_context():
        db.engine.dispose()
    return found


def asking(site: Site, email: str | None, address: str) -> Callable[[], int]:
    client = site.client(email)

    def ask() -> int:
        answer = client.get(address)
        return expect(200, answer.status_code, address)

    return ask


def saving(site: Site) -> Callable[[], int]:
    """Another summary each time, with the token that the last save gave."""
    client = site.client(DRAFTER)
    author = site.user_id
    numbers = count(1)
    with site.app.app_context():
        rows = dossier_by_reference(db.session(), DRAFT).answers
        row = next(each for each in rows if each.field_key == "summary")
        token = answer_token(row.revision, row.value)

    def save() -> int:
        nonlocal token
        answer = client.post(
            f"/dossiers/{DRAFT}/reponses/summary",
            data={
                "summary": f"Résumé numéro {next(numbers)}.",
                "summary-revision": token,
                "_author": author,
            },
        )
        token = answer.json["token"] if answer.is_json else token
        return expect(200, answer.status_code, "réponse")

    return save


def depositing(site: Site, now: datetime) -> Callable[[], int]:
    """Deposit drafts made beforehand, whose answers are those of the SEMIS dossier."""
    client = site.client(SIGNATORY)
    with site.app.app_context():
        readings = {
            reference: reading_of(dossier_by_reference(db.session(), reference))
            for reference in drafts(db.session(), RUNS + 1, now)
        }
    references = iter(readings)

    def deposit() -> int:
        reference = next(references)
        answer = client.post(
            f"/dossiers/{reference}/actes/submit",
            data={"step": "0", "certified": "1", "reading": readings[reference]},
        )
        return expect(303, answer.status_code, f"dépôt de {reference}")

    return deposit


def firing(site: Site, now: datetime) -> Callable[[], int]:
    """The same act by `fire` alone, committed."""
    with site.app.app_context():
        references = iter(drafts(db.session(), RUNS + 1, now))

    def deposit() -> int:
        with site.app.app_context():
            session = db.session()
            dossier = dossier_by_reference(session, next(references))
            actor = session.scalars(select(User).where(User.email == SIGNATORY)).one()
            fire(session, dossier, "submit", actor=actor, now=now, step=0, certified=True)
            session.commit()
            return dossier.step

    return deposit


def drafts(session: Session, number: int, now: datetime) -> list[str]:
    model = dossier_by_reference(session, SEMIS)
    form = definition_of(model.revision).form
    values = {
        each.field_key: form.answerable(each.field_key).decode(each.value) for each in model.answers
    }
    editor = model.created_by
    references = []
    for _ in range(number):
        dossier: Dossier = start(session, model.call, model.organisation, actor=editor, now=now)
        changes = [Change(key, value, answer_token(0, None)) for key, value in values.items()]
        save_answers(session, dossier, changes, actor=editor, now=now)
        references.append(dossier.reference)
    session.commit()
    return references


def typeset_anew(words: Manuscript, call: CallDefinition, number: int) -> bytes:
    """The PDF with another summary each time: typst keeps what it has just laid out."""
    content = {**words.content, "summary": f"{words.content['summary']} {number}"}
    changed = replace(words, content=content)
    return presentation_pdf(changed, call, dated=datetime(2014, 5, 12, tzinfo=UTC), mark="Code")


def expect(wanted: int, found: int, what: str) -> int:
    if found != wanted:
        raise SystemExit(f"{what} : réponse {found}, {wanted} attendue")
    return found


def print_table(found: dict[int, dict[str, Measure]]) -> None:
    few, many = (found[size] for size in SIZES)
    heads = "".join(f"{f'{size} dossiers':>16}{'SQL':>6}" for size in SIZES)
    print(f"{'':<26}{heads}")
    for name in few:
        cells = "".join(
            f"{each[name].milliseconds:>13.1f} ms{each[name].statements:>6}" for each in (few, many)
        )
        grows = "" if few[name].statements == many[name].statements else "  ← le nombre varie"
        print(f"{name:<26}{cells}{grows}")


def print_rates(site: Site, now: datetime) -> None:
    with site.app.app_context():
        dossier = dossier_by_reference(db.session(), SEMIS)
        call = definition_of(dossier.revision)
        version = dossier.versions[-1]
        words = presentation_manuscript(
            dossier, call, Reader(Audience.SERVICE), version=version, demo_notice="", now=now
        )
    content, numbers = dict(words.content), count(1)
    print_documents(model_bytes(call.document.model), content)
    print_pdf("du document officiel", lambda: typeset_anew(words, call, next(numbers)))
    print_returned()
    source = CALL_FILE.read_text(encoding="utf-8")
    with stopwatch() as seconds:
        read_call(source, models=model_bytes)
        print(f"Contrôle d’un fichier d’appel : {seconds() * 1000:.0f} ms")


if __name__ == "__main__":
    main()
    for seed in sys.argv[1:]:
        print_seed(Path(seed))
