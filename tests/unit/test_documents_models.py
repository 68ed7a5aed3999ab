"""The Word models of `docx_templates`: built from their scripts, and fit for everybody."""

import io
import zipfile
from itertools import pairwise
from pathlib import Path

import pytest
from docx.oxml.ns import qn

import docx_templates
from docx_templates.build import models
from grants.documents import render, slots_of
from tests.word import lines, opened

FOLDER = Path(docx_templates.__file__).parent
FORM = (FOLDER / "presentation-hlm.docx").read_bytes()
RECEIPT = (FOLDER / "receipt.docx").read_bytes()
LETTER = (FOLDER / "letter.docx").read_bytes()
MINUTES = (FOLDER / "minutes.docx").read_bytes()
EACH = pytest.mark.parametrize(
    "file", [FORM, RECEIPT, LETTER, MINUTES], ids=["form", "receipt", "letter", "minutes"]
)


@pytest.mark.parametrize(
    "name", ["presentation-hlm.docx", "receipt.docx", "letter.docx", "minutes.docx"]
)
def test_a_model_is_what_its_script_builds(name):
    # Members, not bytes: another zlib compresses the same content otherwise.
    def members(file):
        with zipfile.ZipFile(io.BytesIO(file)) as archive:
            return {member: archive.read(member) for member in archive.namelist()}

    assert members((FOLDER / name).read_bytes()) == members(models()[name])


def test_building_twice_gives_the_same_bytes():
    assert models() == models()


# What a screen reader and Word rely on


@EACH
def test_a_model_is_french_and_titled(file):
    document = opened(file)
    styles = document.styles.element

    assert [lang.get(qn("w:val")) for lang in styles.iter(qn("w:lang"))] == ["fr-FR", "fr-FR"]
    assert document.core_properties.language == "fr-FR"
    assert document.core_properties.title


@EACH
def test_a_model_has_one_title_and_headings_that_skip_no_level(file):
    names = [paragraph.style.name for paragraph in opened(file).paragraphs]
    levels = [int(name[-1]) for name in names if name.startswith("Heading")]

    assert names.count("Title") == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


@EACH
def test_a_model_uses_only_styles_it_defines(file):
    document = opened(file)
    defined = {style.style_id for style in document.styles}
    tags = {qn("w:pStyle"), qn("w:rStyle"), qn("w:tblStyle")}
    section = document.sections[0]
    stories = [document.element, section.header._element, section.first_page_header._element]
    used = {
        node.get(qn("w:val"))
        for story in [*stories, section.footer._element]
        for node in story.iter(*tags)
    }

    assert used <= defined
    assert "word/stylesWithEffects.xml" not in zipfile.ZipFile(io.BytesIO(file)).namelist()


def test_pages_are_a4():
    section = opened(FORM).sections[0]

    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)


# The receipt


def test_the_receipt_says_what_the_law_wants_said():
    content = {
        "call_kind": "Appel à projets",
        "call_title": "10 000 logements HLM accompagnés",
        "reference": "HLM-2014-017",
        "project_title": "Projet d'Insertion sociale",
        "certification": "Les réponses sont exactes.",
        "fingerprint": "0a1b",
        "legal_basis": "Délivré en application de l'article R112-5.",
        "holder": "SEMIS",
        "holder_siret": "123 456 789 00012",
        "submitted_at": "28 mai 2014 à 16 h 42",
        "version_label": "version 1",
        "certified_by": "Signataire de démonstration",
        "service_name": "DDCS de la Charente-Maritime",
        "service_address": "1 rue de l'Exemple\n17000 La Rochelle",
        "service_email": "ddcs17@example.org",
        "service_phone": "05 00 00 00 00",
        "silence": "Le silence vaut rejet le 28 juillet 2014.",
        "remedies": "Recours gracieux.\n\nRecours contentieux.",
        "next_steps": "Le service vérifie le dossier.",
        "demo_notice": "",
    }

    assert slots_of(RECEIPT).names == content.keys()
    read = lines(render(RECEIPT, content))
    assert read[:3] == ["Appel à projets", content["call_title"], "Accusé de réception"]
    assert read[3:] == [
        "Le dossier désigné ci-dessous a été reçu le 28 mai 2014 à 16 h 42.",
        "Délivré en application de l'article R112-5.",
        "Dossier déposé",
        "Référence\tHLM-2014-017",
        "Projet\tProjet d'Insertion sociale",
        "Version\tversion 1",
        "Porteur\tSEMIS",
        "SIRET\t123 456 789 00012",
        "Reçu le\t28 mai 2014 à 16 h 42",
        "Certifié par\tSignataire de démonstration",
        "Empreinte (SHA-256)\t0a1b",
        "Les réponses sont exactes.",
        "Service chargé du dossier",
        "Service\tDDCS de la Charente-Maritime",
        "Adresse\t1 rue de l'Exemple\n17000 La Rochelle",
        "Courriel\tddcs17@example.org",
        "Téléphone\t05 00 00 00 00",
        "Suite donnée au dossier",
        "Le service vérifie le dossier.",
        "En l’absence de réponse",
        "Le silence vaut rejet le 28 juillet 2014.",
        "Délais et voies de recours",
        "Recours gracieux.",
        "Recours contentieux.",
    ]


# The letter


def test_the_letter_says_what_was_decided_by_whom_and_how_to_contest_it():
    content = {
        "call_kind": "Appel à projets",
        "call_title": "10 000 logements HLM accompagnés",
        "reference": "HLM-2014-017",
        "project_title": "Projet d'Insertion sociale",
        "holder": "SEMIS",
        "holder_siret": "123 456 789 00012",
        "version_label": "Version 1",
        "notified_on": "28 mai 2014",
        "decision_label": "Décision",
        "decided": "Décision prise le 27 mai 2014 par Claude Martin, Préfet.",
        "facts": [{"label": "Décision", "text": "Retenu"}],
        "texts": [{"label": "Conditions", "text": "Un bilan.\nUn comité."}],
        "signed_by": "Anne Pilote, Responsable de la DREAL",
        "service_name": "DREAL",
        "service_address": "1 rue de l'Exemple",
        "service_email": "dreal@example.org",
        "service_phone": "05 00 00 00 00",
        "remedies": "Recours gracieux.",
        "demo_notice": "",
    }

    assert slots_of(LETTER).names == content.keys()
    read = lines(render(LETTER, content))
    assert read[4:] == [
        "Dossier",
        "Destinataire\tSEMIS",
        "SIRET\t123 456 789 00012",
        "Référence\tHLM-2014-017",
        "Projet\tProjet d'Insertion sociale",
        "Version\tVersion 1",
        "Lettre du\t28 mai 2014",
        "Décision",
        "Décision prise le 27 mai 2014 par Claude Martin, Préfet.",
        "Décision\tRetenu",
        "Conditions",
        "Un bilan.\nUn comité.",
        "Veuillez agréer, Madame, Monsieur, l’expression de notre considération distinguée.",
        "Anne Pilote, Responsable de la DREAL",
        "Délais et voies de recours",
        "Recours gracieux.",
        "Service chargé du dossier",
        "Service\tDREAL",
        "Adresse\t1 rue de l'Exemple",
        "Courriel\tdreal@example.org",
        "Téléphone\t05 00 00 00 00",
    ]


# The minutes


def test_the_minutes_say_what_was_known_of_the_dossier_then_what_the_sitting_recorded():
    content = {
        "call_kind": "Appel à projets",
        "call_title": "10 000 logements HLM accompagnés",
        "reference": "HLM-2014-017",
        "project_title": "Projet d'Insertion sociale",
        "holder": "SEMIS",
        "version_label": "Version 1",
        "version_examined": "Version 1 du 28 mai 2014",
        "amount_asked": "20 000 €",
        "opinions": [{"label": "Avis de la DREAL", "text": "Favorable\nRendu le 27 mai 2014."}],
        "scores": [{"label": "Grille", "text": "14 sur 20 en moyenne (3 grilles remises)"}],
        "sitting_label": "Séance",
        "recorded": "Relevé n° 1, enregistré le 28 mai 2014 par Claude Martin.",
        "facts": [{"label": "Séance du comité", "text": "28 mai 2014"}],
        "texts": [{"label": "Relevé", "text": "Le comité approuve.\n\nIl remercie."}],
        "demo_notice": "",
    }

    assert slots_of(MINUTES).names == content.keys()
    assert lines(render(MINUTES, content))[4:] == [
        "Dossier",
        "Référence\tHLM-2014-017",
        "Projet\tProjet d'Insertion sociale",
        "Porteur\tSEMIS",
        "Version examinée\tVersion 1 du 28 mai 2014",
        "Montant demandé\t20 000 €",
        "Avis rendus sur cette version",
        "Avis de la DREAL",
        "Favorable\nRendu le 27 mai 2014.",
        "Notation",
        "Grille\t14 sur 20 en moyenne (3 grilles remises)",
        "Séance",
        "Relevé n° 1, enregistré le 28 mai 2014 par Claude Martin.",
        "Séance du comité\t28 mai 2014",
        "Relevé",
        "Le comité approuve.\n\nIl remercie.",
    ]
