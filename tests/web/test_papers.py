"""The Word papers: for whom, of which version, under which name."""

import re
from datetime import timedelta

import pytest

from grants.dossiers.register import Verdict, verified
from tests.factories import (
    DEPARTMENT_OPINION,
    IN_STATE,
    NOW,
    SEMIS,
    a_draft,
    a_notified,
    a_region_given,
    a_submitted,
    act,
    opine,
    write,
)
from tests.pdf import pages, words
from tests.web.world import fresh, kept, read, world
from tests.word import opened, text_of

__all__ = ["world"]

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def paper(dossier, query: str = "") -> str:
    return f"/dossiers/{dossier.reference}/presentation.docx{query}"


def pdf(dossier) -> str:
    return f"/dossiers/{dossier.reference}/presentation.pdf"


def printed(answer) -> str:
    return text_of(opened(answer.data).element.body)


def foot_of(file: bytes) -> str:
    return opened(file).sections[0].footer.paragraphs[-1].text


@pytest.fixture
def as_person(client, sign_in, world):
    def signed_in(name: str):
        sign_in(client, getattr(world, name))
        return client

    return signed_in


@pytest.fixture
def twice_deposited(world):
    dossier = a_submitted(world)
    due = (NOW + timedelta(days=5)).date()
    act(
        world,
        dossier,
        "request_completion",
        world.ddcs17_head,
        {"pieces": ("Le calendrier",), "due": due},
    )
    write(world, dossier, {"schedule": "Calendrier précisé."})
    act(world, dossier, "resubmit", world.signatory)
    return kept(world, dossier)


def test_the_official_document_is_a_word_file_named_after_its_version(as_person, world):
    dossier = kept(world, a_submitted(world))

    answer = as_person("ddcs17_officer").get(paper(dossier))

    assert (answer.status_code, answer.mimetype) == (200, WORD)
    assert "HLM14-0001-presentation-v1.docx" in answer.headers["Content-Disposition"]
    assert "Projet d’Insertion sociale" in printed(answer)


def test_a_deposited_version_is_issued_once_and_a_draft_is_only_printed(as_person, world):
    dossier = kept(world, a_submitted(world))
    first = as_person("ddcs17_officer").get(paper(dossier)).data
    again = as_person("ddcs17_head").get(paper(dossier)).data
    opine(world, fresh(world, dossier), "department", DEPARTMENT_OPINION, world.ddcs17_officer)
    project = as_person("ddcs17_officer").get(paper(kept(world, dossier)))

    assert first == again
    assert re.fullmatch(
        r"Code de vérification.: (\w{4}-){3}\w{4} · http.+/verifier", foot_of(first)
    )
    assert foot_of(project.data) == "Projet : ce document n’est pas émis et ne porte pas de code."
    assert "HLM14-0001-presentation-v1-projet.docx" in project.headers["Content-Disposition"]
    assert as_person("drjscs_officer").get(paper(dossier)).data == first


def test_the_pdf_of_an_issued_document_is_frozen_under_the_code_of_its_word_file(
    as_person, world, clock
):
    dossier = kept(world, a_submitted(world))
    client = as_person("ddcs17_officer")
    code = foot_of(client.get(paper(dossier)).data)
    answer = client.get(pdf(dossier))
    clock.move(NOW + timedelta(days=2))
    again = as_person("drjscs_officer").get(pdf(dossier))

    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert "HLM14-0001-presentation-v1.pdf" in answer.headers["Content-Disposition"]
    assert all(code.replace("\N{NO-BREAK SPACE}", " ") in each for each in pages(answer.data))
    assert "Nom du projet : Projet d’Insertion sociale" in words(answer.data)
    assert again.data == answer.data
    fresh(world, dossier)
    assert verified(world.session, answer.data).verdict is Verdict.IDENTICAL
    assert verified(world.session, answer.data + b"\n").verdict is Verdict.ALTERED


def test_the_pdf_of_a_draft_is_the_applicants_and_bears_no_code(as_person, world):
    dossier = kept(world, a_draft(world, SEMIS))

    answer = as_person("editor").get(pdf(dossier))
    elsewhere = as_person("ddcs17_officer").get(pdf(dossier))

    assert "HLM14-0001-presentation-brouillon.pdf" in answer.headers["Content-Disposition"]
    assert "Projet : ce document n’est pas émis" in words(answer.data)
    assert elsewhere.status_code == 404


def test_the_pdf_shows_each_reader_the_opinions_that_the_word_file_shows(as_person, world):
    dossier = kept(world, a_region_given(world))

    shown = {
        name: words(as_person(name).get(pdf(dossier)).data) for name in ("editor", "dreal_head")
    }

    given = {name: "Projet utile au territoire." in text for name, text in shown.items()}
    assert given == {"editor": False, "dreal_head": True}
    assert "Rendu le 16 novembre 2026" in shown["dreal_head"]


def test_an_issued_document_whose_file_is_lost_is_said(app, as_person, world):
    dossier = kept(world, a_submitted(world))
    client = as_person("ddcs17_officer")
    client.get(paper(dossier))
    for file in app.config["SETTINGS"].files.rglob("*"):
        if file.is_file():
            file.unlink()

    answer = client.get(paper(dossier))

    assert answer.status_code == 500
    assert "Ce document a été émis et son fichier ne se lit plus." in read(answer)


def test_the_letter_of_a_notification_is_read_by_the_applicant_and_the_services(as_person, world):
    dossier = kept(world, a_notified(world))
    address = f"/dossiers/{dossier.reference}/lettre-de-notification.docx"

    letters = [as_person(name).get(address) for name in ("editor", "dreal_head")]

    assert letters[0].data == letters[1].data
    assert "Montant attribué" in printed(letters[0])
    assert "lettre-de-notification.docx" in letters[0].headers["Content-Disposition"]
    assert as_person("editor").get(f"{address}?numero=2").status_code == 404
    pdf = as_person("editor").get(address.replace(".docx", ".pdf"))
    assert "lettre-de-notification.pdf" in pdf.headers["Content-Disposition"]
    assert "Montant attribué 20 000 €" in words(pdf.data)
    assert foot_of(letters[0].data).replace("\N{NO-BREAK SPACE}", " ") in words(pdf.data)
    assert "Lettre de notification" in read(
        as_person("editor").get(f"/dossiers/{dossier.reference}/decision")
    )


def test_each_version_prints_what_it_held(as_person, twice_deposited):
    client = as_person("ddcs17_officer")

    first = printed(client.get(paper(twice_deposited, "?version=1")))
    second = printed(client.get(paper(twice_deposited)))

    assert SEMIS["schedule"] in first
    assert "Calendrier précisé." not in first
    assert "Calendrier précisé." in second


@pytest.mark.parametrize("number", ["0", "2", "deux", "-1"])
def test_a_version_that_does_not_exist_is_not_found(as_person, world, number):
    dossier = kept(world, a_submitted(world))

    answer = as_person("ddcs17_officer").get(paper(dossier, f"?version={number}"))

    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("person", "status"),
    [
        ("editor", 200),
        ("ddcs17_officer", 200),
        ("drjscs_officer", 200),
        ("call_manager", 200),
        ("ddcs16_head", 404),
        ("stranger", 404),
    ],
)
def test_only_those_who_see_the_dossier_get_its_paper(as_person, world, person, status):
    dossier = kept(world, a_submitted(world))

    assert as_person(person).get(paper(dossier)).status_code == status


def test_the_draft_is_printed_for_its_authors_alone(as_person, world):
    dossier = kept(world, a_draft(world, SEMIS))

    answer = as_person("editor").get(paper(dossier))
    assert "HLM14-0001-presentation-brouillon.docx" in answer.headers["Content-Disposition"]
    assert "Version en préparation" in printed(answer)
    assert as_person("call_manager").get(paper(dossier)).status_code == 404
    assert as_person("ddcs17_officer").get(paper(dossier)).status_code == 404


@pytest.mark.parametrize("state", ["department_given", "region_given", "decided"])
def test_the_applicant_reads_no_opinion_before_the_notification(as_person, world, state):
    dossier = kept(world, IN_STATE[state](world))

    applicants = printed(as_person("editor").get(paper(dossier)))
    services = printed(as_person("dreal_head").get(paper(dossier)))

    assert "Projet utile au territoire." not in applicants
    assert "Avis partagé avec la DRJSCS." not in applicants
    assert "Projet utile au territoire." in services


def test_the_applicant_reads_the_opinions_with_the_notified_decision(as_person, world):
    dossier = kept(world, a_notified(world))

    text = printed(as_person("editor").get(paper(dossier)))

    assert "Projet utile au territoire." in text
    assert "Avis partagé avec la DRJSCS." in text


def test_the_receipt_of_each_deposit_is_a_word_file_and_a_pdf(as_person, world, twice_deposited):
    client = as_person("signatory")
    root = f"/dossiers/{twice_deposited.reference}/accuse-de-reception"

    latest, first = client.get(f"{root}.docx"), client.get(f"{root}/1.docx")

    assert latest.mimetype == first.mimetype == WORD
    assert "HLM14-0001-accuse-de-reception-v2.docx" in latest.headers["Content-Disposition"]
    assert "Version 2" in printed(latest)
    assert "Version 1" in printed(first)
    assert client.get(f"{root}/3.docx").status_code == 404
    pdf = client.get(f"{root}/1.pdf")
    assert client.get(f"{root}.pdf").data != pdf.data == client.get(f"{root}/1.pdf").data
    assert "HLM14-0001-accuse-de-reception-v1.pdf" in pdf.headers["Content-Disposition"]
    fresh(world, twice_deposited)
    assert verified(world.session, pdf.data).verdict is Verdict.IDENTICAL


def test_a_dossier_never_deposited_has_no_receipt(as_person, world):
    dossier = kept(world, a_draft(world, SEMIS))

    answer = as_person("signatory").get(f"/dossiers/{dossier.reference}/accuse-de-reception.docx")

    assert answer.status_code == 404


def test_a_model_that_cannot_be_filled_gives_a_page_not_a_broken_file(
    as_person, world, monkeypatch
):
    dossier = kept(world, a_region_given(world))
    monkeypatch.setattr("grants.dossiers.papers._FOLDERS", ())

    answer = as_person("dreal_head").get(paper(dossier))

    assert (answer.status_code, answer.mimetype) == (500, "text/html")
    assert "Le dossier et ses réponses sont intacts." in read(answer)


@pytest.mark.parametrize("page", ["", "/historique", "/verifier", "/decision"])
@pytest.mark.parametrize("person", ["editor", "signatory"])
def test_no_page_of_the_applicant_shows_an_opinion_or_a_decision_before_the_notification(
    as_person, world, person, page
):
    dossier = kept(world, IN_STATE["decided"](world))

    text = read(as_person(person).get(f"/dossiers/{dossier.reference}{page}"))

    for secret in ("Projet utile au territoire.", "Avis partagé avec la DRJSCS.", "Bilan annuel."):
        assert secret not in text
