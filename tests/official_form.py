"""The official « Présentation synthétique du projet », read back from a Word file."""

from tests.word import lines

#: The 31 questions, in the order of the form.
LABELS = (
    "Localisation du projet",
    "Nom du projet",
    "Statut et nom du ou des porteur(s) du projet",
    "Descriptif sommaire du projet et objectifs poursuivis",
    "Nombre de ménages accompagnés",
    "Ménages éligibles au DALO",
    "ou des accords collectifs",
    "ou relevant globalement des publics cibles du PDALPD",
    (
        "Caractéristiques des publics cibles (typologie des ménages, problématiques "
        "rencontrées, ressources)"
    ),
    "Modalités de mobilisation des logements",
    "Nombre de logements",
    "Typologie des logements",
    "Modalités de réservation et d’attribution des logements",
    "Localisation de l’offre de logements accompagnés",
    (
        "Méthodologie de réalisation de l’accompagnement (étendue de l’accompagnement et "
        "objectifs visés, méthodes - l’aller vers, autres...-, durée et adaptabilité)"
    ),
    "Complémentarité avec la gestion locative (type de gestion locative : classique ou adaptée)",
    "Démarche mise en place pour favoriser l’adhésion du ménage",
    "Modalités de mobilisation de l’offre d’accompagnement existante ou nouvelle",
    "Structuration de la relation bailleur/accompagnateur",
    "Adéquation du projet aux besoins spécifiques des publics ciblés par le projet",
    (
        "Partenaires mobilisés - exemples : collectivités territoriales, SIAO, associations, "
        "coordination entre les organismes, ..."
    ),
    "Coût global en cas d’offre intégrée gestion locative adaptée + l’accompagnement par ménage",
    "Cofinancements apportés (apports du CG, des collectivités territoriales, EPCI et Etat)",
    "Les engagements pris par les porteurs du projet portent sur une durée de",
    "Echéancier de la mise en œuvre du projet",
    "Avis du service départemental en charge des politiques sociales du logement (DDCS ou DDT)",
    "Pertinence du projet au regard des objectifs visés par l’appel à projets",
    "Caractère reproductible de la démarche",
    "Conditions jugées nécessaires",
    "Avis global formulé par le niveau régional",
    "(DREAL en collaboration avec DRJSCS)",
)
SECTIONS = (
    "Publics cibles du projet",
    "Modalités de mobilisation des logements",
    "Accompagnement",
    "Partenariat",
    (
        "Montage financier (solidité financière du plan de financement et d’exploitation du "
        "projet, optimisation des coûts)"
    ),
    "Inscription de la démarche dans la durée",
)


def answers(file: bytes) -> dict[str, str]:
    """Label → what stands between it and the next label or section."""
    found: dict[str, list[str]] = {}
    current: list[str] = []
    for line in lines(file):
        label = next((name for name in LABELS if f"{line} :".startswith(f"{name} :")), None)
        if label:
            current = found.setdefault(label, [])
            current.append(line.removeprefix(label).removeprefix(" :").strip(" \t"))
        elif line in SECTIONS:
            current = []
        else:
            current.append(line)
    return {label: "\n".join(filter(None, read)) for label, read in found.items()}
