"""The SEMIS dossier as the landlord first filled it in: a draft that cannot be deposited yet."""

from typing import Any

from grants.forms import Count
from grants.reference.territories import commune

#: Typed answers by field; figures of the real form, prose in other words. Absent: left blank, or
#: ticks that the paper lost, which are unknown and not « no ».
AS_IN_THE_SEED: dict[str, Any] = {
    "location": commune("17415"),
    "project_name": "Projet d’Insertion sociale",
    "holders": ("SEMIS, bailleur social",),
    "summary": "Aider des ménages à se maintenir durablement dans leur logement, ou éviter un "
    "échec que l’attribution laissait prévoir.",
    "households": Count(30, approximate=True),
    "public_description": (
        "Familles déjà locataires qui s’intègrent difficilement",
        "Personnes seules passant sans étape de la rue à un logement",
        "Femmes victimes de violences conjugales",
        "Familles quittant un hébergement",
    ),
    "dwellings": Count(30, approximate=True),
    "dwelling_types": "pas de typologie spécifique",
    "allocation": "Droit commun du logement social",
    "dwelling_location": "Saintes, d’abord les quartiers de Bellevue (Zone Urbaine Sensible) et "
    "des Boiffiers.",
    "support_method": "Bailleur, locataire et association restent en lien, chacun dans son rôle : "
    "contrat d’engagement, premier entretien, calendrier et suivi personnel (revu tous les deux "
    "mois.",
    "rental_management_text": "La SEMIS fait un premier diagnostic et oriente vers cette action "
    "les familles dont l’installation dans le quartier paraît fragile.",
    "adhesion": "Après une ou plusieurs rencontres et la confiance venue, le bailleur propose un "
    "accompagnement par Tremplin 17.",
    "support_supply": "Parc social « de droit commun »",
    "landlord_support_relation": "Une convention lie les deux structures ; un bilan est fait "
    "chaque année.",
    "needs_fit": "Le partenariat permet des propositions communes pour des ménages vulnérables.",
    "partners": ("Les Commissions Locales de l’Habitat",),
    "total_cost": 4_700_000,
    "total_cost_basis": "project_year",
    "cofinancing": (
        {"financer": "SEMIS", "fund": "own", "amount": 2_000_000, "status": "pending"},
        {"financer": "État, AVDL", "fund": "avdl", "amount": 700_000, "status": None},
        {"financer": "Appel à projet", "fund": "call", "amount": 2_000_000, "status": "requested"},
    ),
    "commitment_context": "Testé en 2013 avec de bons résultats, le partenariat est renouvelé en "
    "2014 et doit se développer sur 3 ans.",
    "schedule": "Le dispositif fonctionne déjà. L’aide soutiendrait les 30 ménages accompagnés.",
}
