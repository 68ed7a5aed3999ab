"""The official form « Présentation synthétique du projet », in its own order and words."""

from grants.documents.writing.form import (
    box_list,
    bullets,
    demo_notice,
    footer,
    free_field,
    free_question,
    heading,
    long,
    options,
    options_with_text,
    running_header,
    short,
    yes_no,
)
from grants.documents.writing.package import Model
from grants.documents.writing.wordml import (
    NO_BREAK_SPACE,
    Column,
    cell,
    paragraph,
    row,
    row_tag,
    run,
    table,
    value,
    when,
)

_CALL = f"Mise en place de 10{NO_BREAK_SPACE}000 logements HLM accompagnés"
_NAME = "Présentation synthétique du projet"
_COLUMNS = [
    Column("Financeur", "financer", 3000),
    Column("Fonds", "fund", 3000),
    Column("Montant", "amount", 1719, "right"),
    Column("État", "status", 1919),
]
_BLANK_ROWS = 3


def presentation() -> Model:
    landlord = [_opening, _project, _public, _dwellings, _support, _partners, _financing, _duration]
    parts = [*landlord, _department, _region, _decision]
    return Model(
        title=f"{_NAME} - {_CALL}",
        body="".join(part() for part in parts),
        first_header=demo_notice() + paragraph("Header"),
        header=running_header(),
        footer=footer(_NAME, "{% if printed_on %} · éditée le {{ printed_on }}{% endif %}"),
    )


def _opening() -> str:
    identity = (
        "Dossier {{ reference }}"
        "{% if version_label %} · {{ version_label }}{% endif %}"
        "{% if holder %} · {{ holder }}{% endif %}"
        "{% if status_label %} · {{ status_label }}{% endif %}"
    )
    return (
        paragraph("Overline", run("Appel à projets"))
        + paragraph("Title", run(_CALL))
        + when("reference", paragraph("Identity", run(identity)))
        + heading(1, _NAME)
    )


def _project() -> str:
    return (
        short("Localisation du projet", "location")
        + short("Nom du projet", "project_name")
        + bullets("Statut et nom du ou des porteur(s) du projet", "holders")
        + long("Descriptif sommaire du projet et objectifs poursuivis", "summary", lines=5)
    )


def _public() -> str:
    return (
        heading(2, "Publics cibles du projet")
        + short("Nombre de ménages accompagnés", "households")
        + yes_no("Ménages éligibles au DALO", "dalo")
        + yes_no("ou des accords collectifs", "collective_agreements")
        + yes_no("ou relevant globalement des publics cibles du PDALPD", "pdalpd")
        + bullets(
            "Caractéristiques des publics cibles",
            "public_description",
            precision="(typologie des ménages, problématiques rencontrées, ressources)",
            lines=4,
        )
    )


def _dwellings() -> str:
    return (
        heading(2, "Modalités de mobilisation des logements")
        + box_list(
            {
                "mobilisation_new": "Création d’une offre nouvelle",
                "mobilisation_adapted": "Aménagement de logement existant",
                "mobilisation_existing": "Mobilisation de logements existants sans aménagement",
                "mobilisation_low_rent": "Reclassement offre existante en offre à bas loyer",
            }
        )
        + short("Nombre de logements", "dwellings")
        + short("Typologie des logements", "dwelling_types")
        + long("Modalités de réservation et d’attribution des logements", "allocation")
        + long("Localisation de l’offre de logements accompagnés", "dwelling_location")
    )


def _support() -> str:
    return (
        heading(2, "Accompagnement")
        + long(
            "Méthodologie de réalisation de l’accompagnement",
            "support_method",
            precision="(étendue de l’accompagnement et objectifs visés, méthodes - l’aller vers, "
            "autres...-, durée et adaptabilité)",
            lines=4,
        )
        + options_with_text(
            "Complémentarité avec la gestion locative",
            {"rental_management_standard": "classique", "rental_management_adapted": "adaptée"},
            "rental_management_text",
            precision="(type de gestion locative : classique ou adaptée)",
        )
        + long("Démarche mise en place pour favoriser l’adhésion du ménage", "adhesion")
        + long(
            "Modalités de mobilisation de l’offre d’accompagnement existante ou nouvelle",
            "support_supply",
        )
        + long("Structuration de la relation bailleur/accompagnateur", "landlord_support_relation")
        + long(
            "Adéquation du projet aux besoins spécifiques des publics ciblés par le projet",
            "needs_fit",
        )
    )


def _partners() -> str:
    return heading(2, "Partenariat") + bullets(
        "Partenaires mobilisés",
        "partners",
        precision="- exemples : collectivités territoriales, SIAO, associations, coordination "
        "entre les organismes, ...",
    )


def _financing() -> str:
    return (
        heading(
            2,
            "Montage financier",
            "(solidité financière du plan de financement et d’exploitation du projet, "
            "optimisation des coûts)",
        )
        + long(
            "Coût global en cas d’offre intégrée gestion locative adaptée + l’accompagnement "
            "par ménage",
            "total_cost",
            lines=1,
        )
        + _cofinancing()
    )


def _cofinancing() -> str:
    financer, fund, amount, status = _COLUMNS
    filled = row(*(cell(column, f"{{{{ row.{column.name} }}}}") for column in _COLUMNS))
    blank = row(*(cell(column, "") for column in _COLUMNS), height=400)
    total = row(
        cell(financer, "Total", "CellHeading", span=2, width=financer.width + fund.width),
        cell(amount, "{{ cofinancing_total_amount }}", "CellHeading"),
        cell(status, "", "CellHeading"),
    )
    rows = [
        row_tag("if cofinancing_rows", _COLUMNS),
        row_tag("for row in cofinancing_rows", _COLUMNS),
        filled,
        row_tag("endfor", _COLUMNS),
        row_tag("else", _COLUMNS),
        *[blank] * _BLANK_ROWS,
        row_tag("endif", _COLUMNS),
        total,
    ]
    return paragraph(
        "Question",
        run("Cofinancements apportés", "Label"),
        run(" (apports du CG, des collectivités territoriales, EPCI et Etat)", "Precision"),
        run(f"{NO_BREAK_SPACE}:"),
    ) + table(
        "Cofinancements apportés",
        "Un financeur par ligne : son nom, le fonds, le montant et l’état de la demande ; "
        "la dernière ligne donne le total.",
        _COLUMNS,
        rows,
    )


def _duration() -> str:
    return (
        heading(2, "Inscription de la démarche dans la durée")
        + short(
            "Les engagements pris par les porteurs du projet portent sur une durée de",
            "commitment",
        )
        + long("Echéancier de la mise en œuvre du projet", "schedule", lines=3)
    )


def _department() -> str:
    return (
        heading(
            1,
            "Avis du service départemental en charge des politiques sociales du logement "
            "(DDCS ou DDT)",
        )
        + _given("opinion_department_given")
        + free_field("opinion_department_opinion")
        + free_question(
            "Pertinence du projet au regard des objectifs visés par l’appel à projets",
            "opinion_department_relevance",
        )
        + options(
            "Caractère reproductible de la démarche",
            {
                "opinion_department_reproducibility_low": "Faible",
                "opinion_department_reproducibility_medium": "Moyen",
                "opinion_department_reproducibility_high": "Fort",
            },
        )
        + free_question("Conditions jugées nécessaires", "opinion_department_conditions")
    )


def _region() -> str:
    name = "Avis global formulé par le niveau régional"
    return (
        heading(1, name)
        + _given("opinion_region_given")
        + box_list(
            {
                "opinion_region_verdict_favourable": "Favorable",
                "opinion_region_verdict_unfavourable": "Défavorable",
            }
        )
        + free_question("(DREAL en collaboration avec DRJSCS)", "opinion_region_text")
    )


def _decision() -> str:
    """Not on the official form, which ends with the opinions: printed once there is a decision."""
    facts = {
        "decision_outcome": "Décision",
        "decision_amount": "Montant attribué",
        "decision_rank": "Rang sur la liste d’attente",
    }
    texts = {"decision_conditions": "Conditions", "decision_reason": "Motif"}
    return when(
        "decision_given",
        heading(1, "Décision")
        + _given("decision_given")
        + "".join(when(slot, short(label, slot)) for slot, label in facts.items())
        + "".join(when(slot, long(label, slot)) for slot, label in texts.items()),
    )


def _given(slot: str) -> str:
    return when(slot, paragraph("Given", value(slot)))
