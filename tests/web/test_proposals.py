"""Filled files sent back: shown question by question, and only what is accepted is written."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path
from random import Random
from zipfile import ZipFile

import pytest
from lxml import html as markup
from sqlalchemy import select

from grants.dossiers.models import Dossier, OpinionRecord, Proposal
from grants.dossiers.operations import current_answers
from grants.forms import Count
from grants.wording import money
from tests.answers import call_of
from tests.factories import (
    DEPARTMENT_OPINION,
    IN_STATE,
    NOW,
    SEMIS,
    a_draft,
    a_submitted,
    act,
    opine,
    write,
)
from tests.returned import replaced, written, zipped
from tests.typed_in import typed
from tests.web.browsing import errors, form_of
from tests.web.world import fresh, kept, read, world

__all__ = ["world"]

RETYPED = Path(__file__).parents[1] / "retyped" / "presentation-hlm.txt"
CLOSING = NOW + timedelta(days=20)
LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def as_person(client, sign_in, world):
    def signed_in(name: str):
        sign_in(client, getattr(world, name))
        return client

    return signed_in


def word_of(client, dossier: Dossier, version: str = "brouillon") -> bytes:
    return client.get(f"/dossiers/{dossier.reference}/presentation.docx?version={version}").data


def inputs_of(page) -> dict[str, str]:
    return dict(form_of(page, fields={"text"}).form_values())


def send(client, address: str, *files: tuple[str, bytes], **typed: str):
    """As the page does, its own inputs with it."""
    form = form_of(client.get(address), fields={"text"})
    inputs = dict(form.form_values()) | typed
    sent = [(io.BytesIO(content), name) for name, content in files]
    return client.post(address, data=inputs | {"files": sent})


def choose(client, address: str, **choices: str):
    """Press the button of a proposal, `key="file"` or `"here"` where the page offers otherwise."""
    page = client.get(address)
    inputs = dict(form_of(page, fields={"revision"}).form_values())
    return client.post(
        address, data=inputs | {f"take-{key}": side for key, side in choices.items()}
    )


def answers(world, dossier: Dossier) -> dict[str, object]:
    return current_answers(fresh(world, dossier), dossier.definition)


def only_dossier(world) -> Dossier:
    world.session.rollback()
    return world.session.scalars(select(Dossier)).one()


def proposals(world) -> list[str]:
    world.session.rollback()
    return list(world.session.scalars(select(Proposal.name).order_by(Proposal.id)))


def test_a_retyped_form_begins_a_dossier_with_what_is_accepted_alone(as_person, world):
    client = as_person("editor")

    sent = send(client, "/appels/hlm-accompagnes/importer", ("courriel.txt", RETYPED.read_bytes()))

    page = read(client.get(sent.location))
    assert "22 réponses lues ; 5 questions sans réponse dans le fichier" in page
    assert "Nombre de ménages accompagnés Nouveau paragraphe 9, par son intitulé" in page
    assert "À recopier paragraphe 40" in page
    assert world.session.scalars(select(Dossier)).all() == []

    done = choose(client, sent.location, summary="here")

    assert done.location == "/dossiers/HLM14-0001"
    hub = read(client.get(done.location))
    assert "20 réponses reprises de « courriel.txt »." in hub
    assert "Des textes de « courriel.txt » restent à recopier à la main." in hub
    assert "Choisir ou recopier ce qui est repris de « courriel.txt »" in hub
    written = answers(world, only_dossier(world))
    assert "summary" not in written
    assert written["households"] == Count(30, approximate=True)
    assert written["total_cost"] == 4_700_000
    assert "cofinancing" not in written
    assert "SEMIS (demande en cours en 2014)" in read(client.get(sent.location))
    assert "dalo" not in written
    world.session.rollback()
    choose(client, sent.location)
    assert only_dossier(world).reference == "HLM14-0001"
    client.post(f"{sent.location}/abandonner")
    assert proposals(world) == []
    assert client.post(sent.location, data={"revision": "0"}).status_code == 404


def test_a_pasted_text_is_read_like_a_file_and_nothing_to_take_is_said(as_person, world):
    dossier = kept(world, a_draft(world, SEMIS))
    client = as_person("editor")
    sent = send(client, "/appels/hlm-accompagnes/importer", text=RETYPED.read_text())
    assert "« Texte collé », lu le 16 novembre 2026" in read(client.get(sent.location))
    assert "Commencer le dossier avec ces choix" in read(client.get(sent.location))

    sent = send(client, "/appels/hlm-accompagnes/importer", text="Nom du projet :\n")
    assert "Ce fichier ne porte aucune réponse" in read(client.get(sent.location))
    assert "Commencer le dossier" not in read(client.get(sent.location))

    word = word_of(client, dossier)
    sent = send(client, f"/dossiers/{dossier.reference}/importer", ("projet.docx", word))
    assert "il n’y a rien à enregistrer" in read(client.get(sent.location))
    assert "Enregistrer mes choix" not in read(client.get(sent.location))


def test_a_text_pasted_while_the_session_ended_is_there_again(as_person, world, client, sign_in):
    address = "/appels/hlm-accompagnes/importer"
    form = form_of(as_person("editor").get(address), fields={"text"})
    typed = dict(form.form_values()) | {"text": RETYPED.read_text()}
    sign_in(client, None)
    assert client.post(address, data=typed).location.startswith("/connexion")

    sent = client.post(address, data=inputs_of(as_person("editor").get(address)))

    assert "22 réponses lues" in read(client.get(sent.location))
    assert inputs_of(client.get(address))["text"].strip() == ""


def test_of_an_edited_word_file_only_what_was_edited_differs(as_person, world):
    dossier = kept(world, IN_STATE["draft"](world))
    client = as_person("editor")
    word = word_of(client, dossier)
    word = replaced(replaced(word, SEMIS["project_name"], "Un toit"), "Rencontres", "Visites")
    word = replaced(word, money(SEMIS["cofinancing"][1]["amount"]), "8 000 €")

    sent = send(client, f"/dossiers/{dossier.reference}/importer", ("projet.docx", word))

    page = read(client.get(sent.location))
    assert "3 réponses diffèrent" in page
    assert page.count("Changé dans le fichier") == 3
    assert "Nom du projet Changé dans le fichier paragraphe" in page
    assert "à son repère" in page
    assert "Ce qui ne répond à aucune question" not in page
    hub = read(client.get(f"/dossiers/{dossier.reference}"))
    assert "Choisir ou recopier ce qui est repris de « projet.docx »" in hub
    assert answers(world, dossier)["project_name"] == SEMIS["project_name"]

    choose(client, sent.location, adhesion="here")

    after = answers(world, dossier)
    assert (after["project_name"], after["adhesion"]) == ("Un toit", SEMIS["adhesion"])


def test_what_answers_no_question_is_on_the_page_with_what_word_left_in_the_file(as_person, world):
    dossier = kept(world, a_draft(world, SEMIS))
    client = as_person("editor")
    chance = Random(5)  # noqa: S311  # any place
    word = word_of(client, dossier)
    for where, words in (
        ("in a comment", "Revoir ce point."),
        ("in a footnote", "Voir le bilan."),
        ("on a line of its own of a page", "Rappeler lundi."),
        ("first of all", "Merci à vous."),
    ):
        word = typed(word, where, words, chance)

    sent = send(client, f"/dossiers/{dossier.reference}/importer", ("projet.docx", word))

    page = read(client.get(sent.location))
    assert "Ce fichier porte 1 commentaire : voir ce qui ne répond à aucune question." in page
    assert (
        "Merci à vous. En-tête ou pied de page : Rappeler lundi. Note : Voir le bilan. "
        "Commentaire de Marie Dupont : Revoir ce point."
    ) in page


def test_a_file_of_another_dossier_is_told(as_person, world):
    other, dossier = a_draft(world, SEMIS), kept(world, a_draft(world))
    client = as_person("editor")
    word = word_of(client, other)

    sent = send(client, f"/dossiers/{dossier.reference}/importer", ("projet.docx", word))

    page = read(client.get(sent.location))
    assert f"Ce fichier est parti d’un autre dossier, {other.reference} :" in page
    assert "26 réponses diffèrent" in page


def test_what_changed_here_since_the_file_left_is_told_apart(as_person, world, clock):
    dossier = kept(world, IN_STATE["draft"](world))
    client = as_person("editor")
    word = replaced(word_of(client, dossier), SEMIS["project_name"], "Un toit")
    world.now = LATER
    write(world, fresh(world, dossier), {"project_name": "Deux toits", "schedule": "En 2015."})
    world.session.commit()
    clock.move(LATER)

    sent = send(client, f"/dossiers/{dossier.reference}/importer", ("projet.docx", word))

    page = read(client.get(sent.location))
    assert (page.count("Changé des deux côtés"), page.count("Changé ici depuis")) == (1, 1)
    choose(client, sent.location)
    after = answers(world, dossier)
    assert (after["project_name"], after["schedule"]) == ("Deux toits", "En 2015.")


def test_the_document_of_a_version_is_held_against_that_version(as_person, world, clock):
    dossier = kept(world, IN_STATE["incomplete"](world))
    client = as_person("editor")
    word = replaced(word_of(client, dossier, "1"), "Rencontres", "Visites")
    world.now = LATER
    write(world, fresh(world, dossier), {"schedule": "En 2015."})
    world.session.commit()

    sent = send(client, "/appels/hlm-accompagnes/importer", ("projet.docx", word))

    page = read(client.get(sent.location))
    assert f"{dossier.reference} Ce que propose le fichier" in page
    assert page.count("Changé dans le fichier") == 1
    assert page.count("Changé ici depuis") == 1


def test_an_answer_changed_between_page_and_press_is_shown_again(as_person, world, clock):
    dossier = kept(world, IN_STATE["draft"](world))
    client = as_person("editor")
    word = replaced(word_of(client, dossier), SEMIS["project_name"], "Un toit")
    word = replaced(word, "Rencontres", "Visites")
    sent = send(client, f"/dossiers/{dossier.reference}/importer", ("projet.docx", word))
    inputs = dict(form_of(client.get(sent.location), fields={"revision"}).form_values())
    write(world, fresh(world, dossier), {"project_name": "Deux toits"})
    world.session.commit()

    stale = client.post(sent.location, data=inputs)

    assert stale.status_code == 409
    assert "1 réponse n’a pas été écrite" in read(stale)
    assert "Nom du projet : non écrite, Semis Editor a changé cette réponse" in read(stale)
    assert "1 réponse reprise de « projet.docx »." in read(stale)
    assert "Rien n’est perdu" not in read(stale)
    assert "Nom du projet Changé ici entre-temps" in read(stale)
    after = answers(world, dossier)
    assert after["project_name"] == "Deux toits"
    assert after["adhesion"].startswith("Visites")

    again = dict(form_of(stale, fields={"revision"}).form_values())
    assert again["take-project_name"] == "here"
    world.session.rollback()
    client.post(sent.location, data=again | {"take-project_name": "file"})
    assert answers(world, dossier)["project_name"] == "Un toit"


def test_both_boxes_of_a_pair_are_never_a_value(as_person, world):
    text = RETYPED.read_text().replace("oui non", "☒ oui ☒ non", 1)
    client = as_person("editor")

    sent = send(client, "/appels/hlm-accompagnes/importer", ("courriel.txt", text.encode()))

    page = client.get(sent.location)
    assert "À trancher" in read(page)
    assert "Plusieurs cases cochées, « oui » et « non »." in read(page)
    assert 'name="take-dalo"' not in page.text
    choose(client, sent.location, dalo="file")
    assert "dalo" not in answers(world, only_dossier(world))


def test_an_opinion_in_an_applicants_file_is_shown_and_never_imported(as_person, world):
    text = f"{RETYPED.read_text()}\nUne note au bas de la page.\n"
    opinion = "Avis de la DDCS ou DDCSPP : Très favorable, à retenir.\n"
    client = as_person("editor")

    sent = send(client, "/appels/hlm-accompagnes/importer", text=text + opinion)

    page = read(client.get(sent.location))
    assert "Jamais repris" in page
    assert "Très favorable, à retenir." in page
    choose(client, sent.location)
    assert world.session.scalars(select(OpinionRecord)).all() == []


def test_a_service_takes_its_own_opinion_from_a_file_and_nothing_else(as_person, world):
    dossier = kept(world, a_submitted(world))
    client = as_person("ddcs17_officer")
    opine(world, dossier, "department", DEPARTMENT_OPINION, world.ddcs17_officer)
    world.session.commit()
    word = word_of(client, dossier, "1")
    word = replaced(word, "Projet utile au territoire.", "Projet très utile.")
    word = replaced(word, SEMIS["project_name"], "Un toit")
    word = typed(word, "in a comment", "Relire la fin.", Random(1))  # noqa: S311
    address = f"/instruction/{dossier.reference}/avis/department/importer"

    sent = send(client, address, ("avis.docx", word))

    page = read(client.get(sent.location))
    assert "1 réponse diffère" in page
    assert "Réponses du porteur changées dans le fichier" in page
    assert "Nom du projet Un toit" in page
    assert SEMIS["summary"] not in page
    assert "Projet d’avis, non rendu" not in page
    assert "Commentaire de Marie Dupont : Relire la fin." in page
    assert "De ce fichier, seul ce bloc vous est proposé" in read(client.get(sent.location))
    done = choose(client, sent.location, opinion="file")
    assert done.location == f"/instruction/{dossier.reference}?ecrire=avis/department#pane-form"
    draft = fresh(world, dossier).opinions[0]
    assert draft.answers["opinion"] == "Projet très utile."
    assert answers(world, dossier)["project_name"] == SEMIS["project_name"]


def test_an_opinion_saved_meanwhile_by_a_colleague_is_not_overwritten(as_person, world):
    dossier = kept(world, a_submitted(world))
    opine(world, dossier, "department", DEPARTMENT_OPINION, world.ddcs17_officer)
    world.session.commit()
    client = as_person("ddcs17_officer")
    word = replaced(word_of(client, dossier, "1"), "Projet utile au territoire.", "Autre.")
    address = f"/instruction/{dossier.reference}/avis/department/importer"
    sent = send(client, address, ("avis.docx", word))
    inputs = dict(form_of(client.get(sent.location), fields={"revision"}).form_values())
    changed = DEPARTMENT_OPINION | {"opinion": "Projet à revoir."}
    opine(world, fresh(world, dossier), "department", changed, world.ddcs17_head)
    world.session.commit()

    stale = client.post(sent.location, data=inputs | {"take-opinion": "file"})

    assert stale.status_code == 409
    assert "Le projet d’avis a changé entre-temps" in read(stale)
    assert fresh(world, dossier).opinions[0].answers["opinion"] == "Projet à revoir."
    again = dict(form_of(stale, fields={"revision"}).form_values())
    assert again["take-opinion"] == "file"


BAD = {
    "programme.docx": (b"MZ" + bytes(600), "Ce fichier est un programme"),
    "vide.docx": (b" ", "Ce fichier est vide."),
    "photo.docx": (b"\x89PNG\r\n\x1a\n" + bytes(40) + b"IEND\xaeB`\x82", "image PNG"),
    "autre.txt": (b"Bonjour, rien de neuf.", "Aucune question de cet appel"),
    "secret.docx": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le") + bytes(600),
        "Ce fichier demande un mot de passe : enregistrez-le sans protection.",
    ),
    "secret.pdf": (
        b"%PDF-1.7\ntrailer\n<</Encrypt 3 0 R>>\n%%EOF\n",
        "Ce PDF est protégé (mot de passe ou restrictions)",
    ),
}
ENTITIES = (
    b'<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
    b'<w:hdr xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">&b;</w:hdr>'
)


def with_member(file: bytes, name: str, content: bytes) -> bytes:
    with ZipFile(io.BytesIO(file)) as archive:
        return zipped({each: archive.read(each) for each in archive.namelist()} | {name: content})


def test_a_file_that_cannot_be_read_is_told_at_its_field(as_person, world):
    client = as_person("editor")
    whole = word_of(client, kept(world, a_draft(world)))
    elsewhere = written(call_of("fej-2009"), {})
    cases = BAD | {
        "coupé.docx": (whole[: len(whole) // 2], "Ce fichier est abîmé ou incomplet"),
        "gonflé.docx": (with_member(whole, "word/media/a.bin", bytes(30_000_000)), "se déplie en"),
        "entités.docx": (with_member(whole, "word/header1.xml", ENTITIES), "déclaration DOCTYPE"),
        "appel.docx": (elsewhere, "Ce fichier est le formulaire d’un autre appel : « "),
    }
    for name, (content, reason) in cases.items():
        page = send(client, "/appels/hlm-accompagnes/importer", (name, content))
        assert page.status_code == 422
        (fault,) = markup.fromstring(page.text).xpath('//*[@id="files-error"]')
        assert fault.text_content().startswith(f"Erreur : « {name} » : ")
        assert reason in fault.text_content()
        assert errors(page) == [fault.text_content().removeprefix("Erreur : ")]
    nothing = send(client, "/appels/hlm-accompagnes/importer")
    assert "Choisissez un fichier, ou collez un texte." in read(nothing)
    assert proposals(world) == []


def test_several_files_give_a_report(as_person, world):
    dossier = kept(world, a_draft(world, SEMIS))
    client = as_person("editor")
    files = [
        ("un.docx", word_of(client, dossier)),
        ("deux.txt", RETYPED.read_bytes()),
        ("trois.exe", b"MZ" + bytes(600)),
    ]

    page = send(client, "/appels/hlm-accompagnes/importer", *files)

    assert page.status_code == 200
    report = read(page)
    assert "3 fichiers envoyés, 2 lus, 1 non lu" in report
    assert (
        f"un.docx 26 réponses lues Choisir ce qui est repris de un.docx pour {dossier.reference}"
        in report
    )
    assert (
        "deux.txt 22 réponses lues Choisir ce qui est repris de deux.txt pour un nouveau dossier"
        in report
    )
    assert "trois.exe Ce fichier est un programme" in report
    assert proposals(world) == ["un.docx", "deux.txt"]


def test_an_import_while_the_call_closes_is_refused_and_kept(as_person, world, clock):
    clock.move(CLOSING - timedelta(minutes=1))
    client = as_person("editor")
    sent = send(client, "/appels/hlm-accompagnes/importer", text=RETYPED.read_text())
    clock.move(CLOSING)
    shown = read(client.get(sent.location))
    assert "Cet appel est clos : un dossier ne peut plus y être commencé." in shown
    assert "aucun dossier ne peut être commencé avec ce fichier" in shown
    assert "Commencer le dossier" not in shown

    late = choose(client, sent.location, summary="here")

    assert late.status_code == 409
    assert "Cet appel n’est pas ouvert" in read(late)
    again = dict(form_of(late, fields={"revision"}).form_values())
    assert (again["take-summary"], again["take-project_name"]) == ("here", "file")
    organisation = {"organisation": str(world.semis.id), "text": "Nom du projet : Un toit"}
    upload = client.post("/appels/hlm-accompagnes/importer", data=organisation)
    assert upload.status_code == 409
    assert "Un dossier ne peut pas y être commencé." in read(upload)
    assert proposals(world) == ["Texte collé"]


def test_a_begun_draft_takes_what_a_file_proposes_after_the_call_has_closed(
    as_person, world, clock
):
    dossier = kept(world, a_draft(world))
    client = as_person("editor")
    clock.move(CLOSING - timedelta(minutes=1))
    text = RETYPED.read_text()
    sent = send(client, f"/dossiers/{dossier.reference}/importer", text=text)
    clock.move(CLOSING)

    done = choose(client, sent.location)

    assert "L’appel est clos depuis le 6 décembre 2026" in read(client.get(done.location))
    assert answers(world, dossier)["households"] == Count(30, approximate=True)


def test_a_deposit_before_the_press_leaves_the_file_readable(as_person, world):
    dossier = kept(world, IN_STATE["draft"](world))
    client = as_person("editor")
    word = replaced(word_of(client, dossier), SEMIS["project_name"], "Un toit")
    sent = send(client, f"/dossiers/{dossier.reference}/importer", ("projet.docx", word))
    inputs = dict(form_of(client.get(sent.location), fields={"revision"}).form_values())
    act(world, fresh(world, dossier), "submit", world.signatory)
    world.session.commit()

    late = client.post(sent.location, data=inputs)

    assert late.status_code == 409
    assert "Rien n’a été écrit" in read(late)
    assert "Un toit" in read(late)
    assert "Enregistrer mes choix" not in read(late)
    assert "Cette rubrique est écrite par un autre organisme" not in read(late)
    assert answers(world, dossier)["project_name"] == SEMIS["project_name"]
    assert client.get(f"/dossiers/{dossier.reference}/importer").status_code == 409


def test_a_proposal_is_its_senders_alone_can_be_thrown_away_and_does_not_last(
    as_person, world, clock
):
    text = RETYPED.read_text()
    address = "/appels/hlm-accompagnes/importer"
    first = send(as_person("editor"), address, text=text).location
    second = send(as_person("editor"), address, ("un.txt", text[:900].encode())).location
    assert as_person("signatory").get(first).status_code == 404
    client = as_person("editor")
    assert "Déjà lu, votre choix est attendu Texte collé" in read(client.get(address))

    gone = client.post(f"{first}/abandonner")
    assert gone.location == address
    assert "est abandonné. Rien n’a été écrit." in read(client.get(address))
    assert client.get(first).status_code == 404

    clock.move(NOW + timedelta(days=7))
    assert client.get(second).status_code == 404
