"""What the HLM call says of the SEMIS dossier as it came, which cannot be deposited yet.

The form was read by specialists; of what they noticed, everything that can be computed is a check
of the call file. What is not, and why:

- « the support supply answer speaks of dwellings » and « Tremplin 17 carries the support but is no
  partner »: one must understand prose. The form helps with a hint and a SIRET of the supporter.
- « mobilisation is probably without works »: read between the lines; the machine asks, and fills
  nothing by itself.
- « ZUS, PDALPD, CG are right for 2014 »: nothing to raise; names are those of the reference date.
- « no regional opinion before the departmental one »: the circuit, not the form.
- « no SIRET, contact, date or signature »: SIRET, date and signature come with the account and the
  deposit; the contact is a required answer.
"""

import pytest
from sqlalchemy.orm import Session

from grants.calls.loader import read_call
from grants.dossiers.errors import ActIncomplete
from grants.dossiers.review import deposit_gaps
from grants.forms import Count, Duration, figures, findings
from tests.factories import HLM_FILE, SEMIS, a_draft, a_world, act
from tests.seed import AS_IN_THE_SEED

CALL = read_call(HLM_FILE.read_text())

NOT_RAISED = None
#: (What specialists noticed, check of the call file, what it says of the dossier as in the seed).
TABLE = [
    ("the financing makes up the cost", "budget_balanced", NOT_RAISED),
    (
        "the cost is asked for by household and given for the project",
        "cost_unit",
        (
            "information",
            (
                "L’intitulé officiel demande un coût par ménage ; votre réponse porte sur le "
                "projet. Coût par ménage calculé : 1\u202f566,67\xa0€."
            ),
        ),
    ),
    (
        "the duration is blank while « 3 ans » is in the text",
        "duration_in_the_text",
        (
            "information",
            (
                "Le texte évoque une durée ; reportez-la dans « Les engagements […] portent sur "
                "une durée de » et confirmez-la."
            ),
        ),
    ),
    ("one year's cost for three years: once the duration is confirmed", "one_year_or_all", None),
    (
        "none of the three publics is said to be targeted",
        "public_targeted",
        (
            "blocking",
            (
                "Répondez « oui » pour au moins un des trois publics (DALO, accords collectifs, "
                "PDALPD)."
            ),
        ),
    ),
    (
        "adapted management, a pillar of the call, is not stated",
        "adapted_management",
        (
            "justify",
            (
                "La gestion locative adaptée est l’un des trois piliers de l’appel et n’est pas "
                "choisie ici ; dites pourquoi."
            ),
        ),
    ),
    (
        "the landlord's own line is still pending",
        "own_line_pending",
        (
            "justify",
            (
                "Vos fonds propres ne sont pas notés « acquis » ; dites auprès de qui ils sont "
                "demandés."
            ),
        ),
    ),
    (
        "two lines may come from one fund",
        "same_fund_twice",
        (
            "information",
            (
                "L’AVDL et cet appel peuvent venir du même fonds (FNAVDL) ; le service vérifiera "
                "qu’il n’est pas compté deux fois."
            ),
        ),
    ),
    (
        "the State's lines together pass the threshold of an agreement",
        "agreement_threshold",
        (
            "information",
            (
                "Les lignes de l’État font ensemble 27\u202f000\xa0€ : au-delà de 23 000 € d’un "
                "même payeur, une convention est obligatoire (décret n° 2001-495)."
            ),
        ),
    ),
    (
        "the label cites the department's council, no line comes from it",
        "no_council_line",
        (
            "information",
            "L’intitulé officiel cite les apports du conseil général ; aucune ligne n’en vient.",
        ),
    ),
    ("30 households for 30 dwellings", "households_and_dwellings", NOT_RAISED),
    ("it runs since 2013: asked, and not answered yet", "already_started", NOT_RAISED),
    (
        "a parenthesis is not closed",
        "unclosed_parenthesis",
        (
            "information",
            "Une parenthèse ouverte n’est pas refermée ; il manque peut-être un bout de phrase.",
        ),
    ),
    ("a line asks this call for money", "asked_something", NOT_RAISED),
]


def raised(answers):
    """{check: (level, message)}"""
    return {each.check: (each.level, each.message) for each in findings(CALL.form, answers)}


@pytest.mark.parametrize(("what", "check", "said"), TABLE, ids=[what for what, _, _ in TABLE])
def test_the_dossier_as_it_came_raises(what, check, said):
    assert raised(AS_IN_THE_SEED).get(check) == said


def test_the_table_tells_every_check_of_the_call():
    assert sorted(check for _, check, _ in TABLE) == sorted(CALL.form.checks)


#: Checks that the dossier as it came does not raise: an answer that does, and the message.
OTHERWISE = [
    (
        "budget_balanced",
        {"total_cost": 4_800_000},
        (
            "Les ressources (47\u202f000\xa0€) ne font pas le coût (48\u202f000\xa0€) : "
            "écart de 1\u202f000\xa0€."
        ),
    ),
    (
        "one_year_or_all",
        {"commitment": Duration(3, "years")},
        (
            "Coût d’un an : 47\u202f000\xa0€ ; sur toute la durée : 141\u202f000\xa0€. Précisez si "
            "les 20\u202f000\xa0€ demandés valent pour un an ou pour toute la durée."
        ),
    ),
    (
        "households_and_dwellings",
        {"dwellings": Count(25, approximate=False)},
        "Ménages : 30 environ ; logements : 25. Vérifiez que c’est voulu.",
    ),
    (
        "already_started",
        {"started": True},
        "Le projet a commencé ; montrez dans l’échéancier ce que l’aide permet en plus.",
    ),
    (
        "asked_something",
        {"cofinancing": ({"financer": "SEMIS", "fund": "own", "amount": 4_700_000},)},
        "Aucune ligne ne porte le montant demandé à cet appel (fonds « Appel à projets »).",
    ),
]


@pytest.mark.parametrize(("check", "answers", "message"), OTHERWISE)
def test_another_answer_raises(check, answers, message):
    assert raised(AS_IN_THE_SEED | answers)[check] == (CALL.form.checks[check].level, message)


def test_every_check_is_seen_raised():
    assert set(raised(AS_IN_THE_SEED)) | {check for check, _, _ in OTHERWISE} == set(
        CALL.form.checks
    )


def test_the_dossier_as_it_came_cannot_be_deposited():
    assert [
        (each.section, each.field, each.message) for each in deposit_gaps(CALL, AS_IN_THE_SEED)
    ] == [
        ("project", "contact_name", "Personne à contacter sur ce dossier : à renseigner"),
        ("project", "contact_email", "Adresse électronique de cette personne : à renseigner"),
        ("housing", "mobilisation", "Modalités de mobilisation des logements : à renseigner"),
        (
            "finance",
            "cofinancing",
            (
                "Cofinancements apportés (apports du CG, des collectivités territoriales, EPCI et "
                "Etat) : ligne 2, « État » : à renseigner."
            ),
        ),
        (
            "duration",
            "commitment",
            (
                "Les engagements pris par les porteurs du projet portent sur une durée de : "
                "à renseigner"
            ),
        ),
        (
            "public",
            "dalo",
            (
                "Répondez « oui » pour au moins un des trois publics (DALO, accords collectifs, "
                "PDALPD)."
            ),
        ),
        (
            "support",
            "rental_management",
            (
                "À justifier : La gestion locative adaptée est l’un des trois piliers de l’appel "
                "et n’est pas choisie ici ; dites pourquoi."
            ),
        ),
        (
            "finance",
            "cofinancing",
            (
                "À justifier : Vos fonds propres ne sont pas notés « acquis » ; dites auprès de "
                "qui ils sont demandés."
            ),
        ),
    ]


def test_its_deposit_is_refused_and_the_draft_stays(session: Session):
    world = a_world(session)
    dossier = a_draft(world, AS_IN_THE_SEED)

    with pytest.raises(ActIncomplete) as refusal:
        act(world, dossier, "submit", world.signatory)

    assert refusal.value.gaps == deposit_gaps(CALL, AS_IN_THE_SEED)
    assert (dossier.state, dossier.version_number) == ("draft", 0)


def test_the_dossier_as_deposited_lacks_nothing_and_tells_what_to_notice():
    assert deposit_gaps(CALL, SEMIS) == []
    assert {check: level for check, (level, _) in raised(SEMIS).items()} == {
        "one_year_or_all": "justify",
        "cost_unit": "information",
        "same_fund_twice": "information",
        "agreement_threshold": "information",
        "no_council_line": "information",
    }


def test_a_written_justification_is_what_lets_the_deposit_through():
    unjustified = {key: SEMIS[key] for key in SEMIS if not key.startswith("justification_")}

    assert [each.field for each in deposit_gaps(CALL, unjustified)] == ["total_cost"]


def test_the_figures_of_the_real_form_come_out():
    told = {key: each.text for key, each in figures(CALL.form, AS_IN_THE_SEED).items()}

    assert told == {
        "households_count": "30",
        "cost": "47\u202f000\xa0€",
        "resources": "47\u202f000\xa0€",
        "gap": "0\xa0€",
        "asked": "20\u202f000\xa0€",
        "cost_per_household": "1\u202f566,67\xa0€",
        "share_asked": "42,6\xa0%",
        "own_funds": "20\u202f000\xa0€",
        "share_own": "42,6\xa0%",
        "avdl": "7\u202f000\xa0€",
        "share_avdl": "14,9\xa0%",
        "state_funds": "27\u202f000\xa0€",
        "share_state": "57,4\xa0%",
        "cost_over_duration": "—",
    }


def test_the_cost_over_three_years_is_told_once_the_duration_is_confirmed():
    confirmed = AS_IN_THE_SEED | {"commitment": Duration(3, "years")}

    assert figures(CALL.form, confirmed)["cost_over_duration"].text == "141\u202f000\xa0€"
