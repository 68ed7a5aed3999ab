"""The public page that tells whether a document was issued here."""

import io
import re

import pytest

from grants.web.public.verifying import VERIFYING
from tests.factories import a_notified
from tests.web.browsing import errors
from tests.web.conftest import sign_as
from tests.web.world import kept, read, world
from tests.word import opened

__all__ = ["world"]

KINDS = {
    "presentation.docx": "Présentation du dossier",
    "accuse-de-reception.docx": "Accusé de réception",
    "lettre-de-notification.docx": "Lettre de notification",
}


@pytest.fixture
def papers(app, client, sign_in, world):
    """The three documents of a notified dossier, and who asks about them: nobody in particular."""
    dossier = kept(world, a_notified(world))
    sign_in(client, world.signatory)
    found = {each: client.get(f"/dossiers/{dossier.reference}/{each}").data for each in KINDS}
    sign_as(client, None)
    return found


def code_of(paper):
    [section] = opened(paper).sections
    return re.search(r"(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}", section.footer.paragraphs[-1].text)[0]


def send(client, file):
    return client.post("/verifier", data={"file": (io.BytesIO(file), "recu.docx")})


def facts(answer):
    """What the page tells of a document, if it does."""
    page = answer.get_data(as_text=True)
    return re.findall(r'<dd class="value">(.*?)</dd>', page)


def test_a_code_and_a_file_tell_kind_reference_and_date_and_nothing_else(client, papers):
    for name, paper in papers.items():
        told = [KINDS[name], "HLM14-0001", "16 novembre 2026"]
        typed = client.get("/verifier", query_string={"code": code_of(paper).lower()})
        by_code = client.get(typed.headers["Location"])
        by_file = send(client, paper)

        assert (by_code.status_code, by_file.status_code) == (200, 200)
        assert facts(by_code) == facts(by_file) == told
        assert "Un document émis ici porte ce code" in read(by_code)
        assert "Ce fichier est identique au document émis" in read(by_file)
        for secret in ("SEMIS", "Projet d’Insertion sociale", "20 000", "Retenu"):
            assert secret not in read(by_code) + read(by_file)


def test_a_file_that_changed_is_told_from_one_that_was_never_issued(client, papers):
    # LibreOffice, or Word, saves the same words as other bytes: a zip may end by a comment.
    changed = papers["presentation.docx"][:-2] + b"\x02\x00ok"

    altered, unknown = send(client, changed), send(client, b"rien")

    assert "Ce fichier a été modifié depuis son émission" in read(altered)
    title = "<title>Ce fichier a été modifié depuis son émission · Vérifier un document"
    assert title in altered.get_data(as_text=True)
    assert facts(altered)[0] == "Présentation du dossier"
    assert "Ce fichier n’est pas reconnu" in read(unknown)
    assert facts(unknown) == []


def test_a_code_of_none_is_answered_as_what_is_no_code(client):
    unknown = client.get("/verifier/0000-0000-0000-0000")
    malformed = client.get("/verifier/rien")
    typed = client.get("/verifier?code=rien")

    def told(answer, echoed):
        return answer.status_code, answer.get_data(as_text=True).replace(echoed, "")

    assert told(unknown, "0000-0000-0000-0000")[0] == 404
    pages = [told(unknown, "0000-0000-0000-0000"), told(malformed, "rien"), told(typed, "rien")]
    assert len({without_token(page) for page in pages}) == 1


def without_token(page):
    return re.sub(r'name="csrf_token" value="[^"]*"', "", str(page))


def test_no_file_is_asked_for_again(client):
    sign_as(client, None)

    answer = send(client, b"")

    assert answer.status_code == 422
    assert errors(answer) == ["Choisissez un fichier."]
    assert "Erreur : Choisissez un fichier." in read(answer)


def test_codes_are_not_tried_by_the_hundred(client):
    per_minute = int(VERIFYING.limit.split()[0])
    answers = [client.get("/verifier/rien").status_code for _ in range(per_minute + 1)]

    assert answers == [404] * per_minute + [429]
