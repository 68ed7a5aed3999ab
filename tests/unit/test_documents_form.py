"""The official HLM form, filled and read back: each slot in its place, whatever people typed."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from docx.oxml.ns import qn

import docx_templates
from grants.documents import render, slots_of
from tests.official_form import LABELS, SECTIONS, answers
from tests.word import lines, opened, text_of

FORM = (Path(docx_templates.__file__).parent / "presentation-hlm.docx").read_bytes()
W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"

CONTENT = {
    "call_title": "10 000 logements HLM accompagnés",
    "reference": "HLM-2014-017",
    "version_label": "version 2",
    "holder": "SEMIS",
    "status_label": "Avis régional rendu",
    "demo_notice": "Données de démonstration",
    "printed_on": "12 juin 2014",
    "location": "Charente-Maritime (17), Saintes",
    "project_name": "Projet d'Insertion sociale",
    "holders": ["SEMIS, bailleur social", "Tremplin 17, association"],
    "summary": "Aider des ménages fragiles à rester chez eux.\n\nAgir dès l'attribution.",
    "households": "30 environ",
    "dalo_yes": "☒",
    "dalo_no": "☐",
    "collective_agreements_yes": "☐",
    "collective_agreements_no": "☒",
    "pdalpd_yes": "☐",
    "pdalpd_no": "☐",
    "public_description": ["familles déjà locataires", "personnes venant de la rue"],
    "mobilisation_new": "☐",
    "mobilisation_adapted": "☒",
    "mobilisation_existing": "☒",
    "mobilisation_low_rent": "☐",
    "dwellings": "31",
    "dwelling_types": "pas de typologie spécifique",
    "allocation": "Droit commun du logement social.",
    "dwelling_location": "Saintes : Bellevue et les Boiffiers.",
    "support_method": "Un contrat,\nun entretien,\nun calendrier.",
    "rental_management_standard": "☐",
    "rental_management_adapted": "☒",
    "rental_management_text": "Le bailleur pose un premier diagnostic.",
    "adhesion": "Quelques rencontres, puis une proposition.",
    "support_supply": "Parc social de droit commun.",
    "landlord_support_relation": "Une convention et un bilan annuel.",
    "needs_fit": "Des propositions communes.",
    "partners": ["Commissions locales de l'habitat"],
    "total_cost": "47 000 € par an pour le projet",
    "cofinancing_rows": [
        {
            "financer": "SEMIS",
            "fund": "Fonds propres",
            "amount": "20 000 €",
            "status": "en cours",
        },
        {"financer": "État", "fund": "AVDL", "amount": "7 000 €", "status": "acquis"},
    ],
    "cofinancing_total_amount": "27 000 €",
    "commitment": "3 ans",
    "schedule": "Déjà en place depuis 2013.",
    "opinion_department_given": "Rendu le 3 juin 2014 par la DDCS sur la version 2",
    "opinion_department_opinion": "Un projet cohérent.",
    "opinion_department_relevance": "Un accompagnement proportionné.",
    "opinion_department_reproducibility_low": "☐",
    "opinion_department_reproducibility_medium": "☐",
    "opinion_department_reproducibility_high": "☒",
    "opinion_department_conditions": "Associer le SIAO.",
    "opinion_region_given": "Rendu le 10 juin 2014 par la DREAL sur la version 2",
    "opinion_region_verdict_favourable": "☒",
    "opinion_region_verdict_unfavourable": "☐",
    "opinion_region_text": "Sous les réserves du département.",
    "decision_given": "",
    "decision_outcome": "",
    "decision_amount": "",
    "decision_rank": "",
    "decision_conditions": "",
    "decision_reason": "",
}

#: What a decision adds; the official form, which ends with the opinions, has no place for it.
DECISION = {
    "decision_given": "Prise le 20 juin 2014, sur la version 2",
    "decision_outcome": "Retenu",
    "decision_amount": "20 000 €",
    "decision_conditions": "Un bilan chaque année.",
}

# What must stand between each label and the next anchor.
SLOTS = list(
    zip(
        LABELS,
        (
            "Charente-Maritime (17), Saintes",
            "Projet d'Insertion sociale",
            "SEMIS, bailleur social\nTremplin 17, association",
            "Aider des ménages fragiles à rester chez eux.\nAgir dès l'attribution.",
            "30 environ",
            "☒ oui\t☐ non",
            "☐ oui\t☒ non",
            "☐ oui\t☐ non",
            "familles déjà locataires\npersonnes venant de la rue",
            (
                "☐ Création d’une offre nouvelle\n☒ Aménagement de logement existant\n"
                "☒ Mobilisation de logements existants sans aménagement\n"
                "☐ Reclassement offre existante en offre à bas loyer"
            ),
            "31",
            "pas de typologie spécifique",
            "Droit commun du logement social.",
            "Saintes : Bellevue et les Boiffiers.",
            "Un contrat,\nun entretien,\nun calendrier.",
            "☐ classique      ☒ adaptée\nLe bailleur pose un premier diagnostic.",
            "Quelques rencontres, puis une proposition.",
            "Parc social de droit commun.",
            "Une convention et un bilan annuel.",
            "Des propositions communes.",
            "Commissions locales de l'habitat",
            "47 000 € par an pour le projet",
            (
                "Financeur | Fonds | Montant | État\n"
                "SEMIS | Fonds propres | 20 000 € | en cours\nÉtat | AVDL | 7 000 € | acquis\n"
                "Total | 27 000 € | "
            ),
            "3 ans",
            "Déjà en place depuis 2013.",
            "Rendu le 3 juin 2014 par la DDCS sur la version 2\nUn projet cohérent.",
            "Un accompagnement proportionné.",
            "☐ Faible\t☐ Moyen\t☒ Fort",
            "Associer le SIAO.",
            "Rendu le 10 juin 2014 par la DREAL sur la version 2\n☒ Favorable\n☐ Défavorable",
            "Sous les réserves du département.",
        ),
        strict=True,
    )
)


def blank(file: bytes) -> bytes:
    slots = slots_of(file)
    looped = slots.lists | slots.rows.keys()
    return render(file, {name: [] if name in looped else "" for name in slots.names})


FILLED = render(FORM, CONTENT)


def test_the_form_asks_for_its_slots_and_no_other():
    slots = slots_of(FORM)

    assert slots.names == CONTENT.keys()
    assert slots.lists == {"holders", "public_description", "partners"}
    assert slots.rows == {"cofinancing_rows": {"financer", "fund", "amount", "status"}}


@pytest.mark.parametrize(("label", "answer"), SLOTS)
def test_each_slot_is_read_back_after_its_label(label, answer):
    assert answers(FILLED)[label] == answer


def test_a_decision_is_printed_after_the_opinions_and_only_once_there_is_one():
    decided = lines(render(FORM, CONTENT | DECISION))
    undecided = lines(FILLED)

    assert decided[: len(undecided)] == undecided
    assert [each for each in decided[len(undecided) :] if each] == [
        "Décision",
        "Prise le 20 juin 2014, sur la version 2",
        "Décision : Retenu",
        "Montant attribué : 20 000 €",
        "Conditions : ",
        "Un bilan chaque année.",
    ]


def test_labels_and_sections_stand_in_the_order_of_the_official_form():
    text = "\n".join(lines(FILLED))

    places = [text.index(label) for label, _ in SLOTS]
    assert len(SLOTS) == 31
    assert places == sorted(places)
    assert [text.index(section) for section in SECTIONS] == sorted(map(text.index, SECTIONS))


def test_the_form_opens_with_its_call_its_dossier_and_its_name():
    assert lines(FILLED)[:4] == [
        "Appel à projets",
        "Mise en place de 10 000 logements HLM accompagnés",
        "Dossier HLM-2014-017 · version 2 · SEMIS · Avis régional rendu",
        "Présentation synthétique du projet",
    ]


def test_header_and_footer_carry_dossier_version_page_and_the_demonstration_notice():
    section = opened(FILLED).sections[0]

    first = [text_of(paragraph._p) for paragraph in section.first_page_header.paragraphs]
    later = [text_of(paragraph._p) for paragraph in section.header.paragraphs]
    footer = section.footer.paragraphs[0]._p
    assert first == ["Données de démonstration", ""]
    assert later == [
        "Données de démonstration",
        "10 000 logements HLM accompagnés · HLM-2014-017 · version 2",
    ]
    assert text_of(footer) == (
        "Présentation synthétique du projet · éditée le 12 juin 2014\tPage 1 / 1"
    )
    codes = [field.get(qn("w:instr")).strip() for field in footer.iter(qn("w:fldSimple"))]
    assert codes == ["PAGE", "NUMPAGES"]


def test_a_dossier_that_is_no_demonstration_has_no_banner():
    section = opened(render(FORM, {**CONTENT, "demo_notice": ""})).sections[0]

    assert [paragraph.style.name for paragraph in section.header.paragraphs] == ["Header"]


def test_word_check_boxes_hold_the_state_they_show():
    states = {
        box.find(f"{qn('w:sdtPr')}/{qn('w:tag')}").get(qn("w:val")): box.find(
            f".//{W14}checked"
        ).get(f"{W14}val")
        for box in opened(FILLED).element.iter(qn("w:sdt"))
    }

    signs = {name: value for name, value in CONTENT.items() if value in ("☒", "☐")}
    assert states == {name: "1" if sign == "☒" else "0" for name, sign in signs.items()}


def test_each_check_box_says_what_it_stands_for():
    names = [alias.get(qn("w:val")) for alias in opened(FORM).element.iter(qn("w:alias"))]

    assert names[:2] == ["Ménages éligibles au DALO : oui", "Ménages éligibles au DALO : non"]
    assert len(names) == len(set(names)) == 17


def test_the_blank_form_shows_lines_to_fill_empty_boxes_and_free_fields():
    file = blank(FORM)
    read = answers(file)

    assert read["Localisation du projet"] == ""
    assert read["Descriptif sommaire du projet et objectifs poursuivis"].strip() == ""
    assert read["Ménages éligibles au DALO"] == "☐ oui\t☐ non"
    assert read["Conditions jugées nécessaires"].strip() == "champ libre"
    assert "".join(lines(file)).count("☐") == 17
    assert not [line for line in lines(file) if "Dossier" in line]
    leaders = [p for p in opened(file).paragraphs if p.style.name == "Lignes à remplir"]
    assert len(leaders) == 14


def test_an_opinion_one_may_not_see_is_printed_blank():
    hidden = {name: "" for name in CONTENT if name.startswith("opinion_")}

    read = answers(render(FORM, {**CONTENT, **hidden}))

    assert read["Caractère reproductible de la démarche"] == "☐ Faible\t☐ Moyen\t☐ Fort"
    assert read["Avis global formulé par le niveau régional"] == "☐ Favorable\n☐ Défavorable"
    assert read["(DREAL en collaboration avec DRJSCS)"].strip() == "champ libre"
    assert read["Nom du projet"] == "Projet d'Insertion sociale"


HOSTILE = "Dupont & Fils <b> </w:t> {{ 7*7 }} {_{ {% if x %} \U0001f3e0 \u05e9\u05dc\u05d5\u05dd"
IDENTITY = {"call_title", "reference", "version_label", "holder", "status_label", "demo_notice"}
IDENTITY |= {"printed_on"}


@pytest.mark.parametrize("name", sorted(CONTENT))
def test_hostile_text_in_any_slot_is_intact_and_leaves_the_others_alone(name):
    value = CONTENT[name]
    hostile = f"{HOSTILE}\x0b\ud800"
    if isinstance(value, list):
        row = dict.fromkeys(value[0], hostile) if isinstance(value[0], dict) else hostile
        hostile = [row]

    base = CONTENT | DECISION if name.startswith("decision_") else CONTENT

    file = render(FORM, {**base, name: hostile})

    section = opened(file).sections[0]
    parts = [opened(file).element.body, section.header._element, section.footer._element]
    assert f"{HOSTILE}\n\ufffd" in "\n".join(text_of(part) for part in parts)
    read, before = answers(file), answers(render(FORM, base))
    changed = [label for label in before if read[label] != before[label]]
    assert len(changed) == (0 if name in IDENTITY else 1)


def test_an_answer_at_its_limit_is_whole_and_the_rest_follows():
    text = ("Une phrase & une autre <fin>.\n" * 4000)[:100_000].strip()

    read = answers(render(FORM, {**CONTENT, "support_method": text}))

    label = next(label for label, _ in SLOTS if label.startswith("Méthodologie"))
    assert read[label] == text
    assert read["Conditions jugées nécessaires"] == "Associer le SIAO."


def test_twenty_documents_rendered_at_once_are_each_their_own():
    contents = [{**CONTENT, "project_name": f"Projet n° {number}"} for number in range(20)]

    with ThreadPoolExecutor(max_workers=20) as pool:
        files = list(pool.map(lambda content: render(FORM, content), contents))

    assert [answers(file)["Nom du projet"] for file in files] == [
        f"Projet n° {number}" for number in range(20)
    ]
    assert files[7] == render(FORM, contents[7])


def test_the_financing_table_is_captioned_and_repeats_its_headings():
    table = opened(FILLED).tables[0]
    properties = table._tbl.tblPr

    assert table.rows[0]._tr.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
    assert properties.find(qn("w:tblCaption")).get(qn("w:val")) == "Cofinancements apportés"
    assert properties.find(qn("w:tblDescription")).get(qn("w:val"))
    assert all(
        row._tr.find(f"{qn('w:trPr')}/{qn('w:cantSplit')}") is not None for row in table.rows
    )


def test_lists_are_word_lists_and_labels_stay_with_their_answer():
    document = opened(FILLED)
    bullets = [p.text for p in document.paragraphs if p.style.name == "List Bullet"]

    assert bullets == [*CONTENT["holders"], *CONTENT["public_description"], *CONTENT["partners"]]
    assert document.styles["Rubrique longue"].paragraph_format.keep_with_next
    assert document.styles["Heading 1"].paragraph_format.keep_with_next
    assert document.styles["Heading 2"].paragraph_format.keep_with_next
