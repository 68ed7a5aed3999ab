"""The minutes of a sitting: what was known of the dossier, and what was recorded."""

from datetime import UTC, date, datetime, timedelta

import pytest

from grants.dossiers.minutes import minutes_manuscript, readable_sittings, sittings
from grants.dossiers.operations.issuing import Press, issue_by_act, issued_by_act
from grants.dossiers.roles import standing_on
from grants.files import FileStore
from tests.answers import answers_for, source_of
from tests.cast import a_cast
from tests.definitions.rich import RICH
from tests.rich import YES, a_heard, a_rich_world, act
from tests.word import lines

#: The rich call, whose committee decides at a sitting that it keeps minutes of.
SITTING_RICH = RICH.replace(
    "decides: true, awaits: {grids", "decides: true, minutes: true, awaits: {grids"
)


@pytest.fixture
def press(tmp_path):
    return Press(FileStore(tmp_path / "files"), "https://aap.example.org/verifier", b"key")


def words_of(dossier, event):
    version = dossier.versions[event.version_number - 1]
    return minutes_manuscript(dossier, version, event, demo_notice="")


def told(dossier, event) -> list[str]:
    return lines(words_of(dossier, event).printed())


def test_a_committee_that_concludes_issues_what_it_knew_and_what_it_recorded(session, press):
    cast = a_cast(
        session, source_of("fnavdl-paca-2020"), now=datetime(2020, 12, 1, 11, tzinfo=UTC), home="83"
    )
    dossier = cast.begin(answers_for("fnavdl-paca-2020"))
    cast.act(dossier, "submit", "signatory")
    asked = {"needs": "Oui.", "analysis": "Oui.", "priority": "high", "advised_amount": 12_000_000}
    cast.opine(dossier, "department", "department_officer", {"verdict": "favourable", **asked})
    cast.act(dossier, "give_department_opinion", "department_head")
    for key in ("region", "landlords"):
        cast.opine(dossier, key, f"{key}_head", {"verdict": "favourable", "text": "Secret."})
        cast.act(dossier, f"give_{key}_opinion", f"{key}_head")
    recorded = {"held_on": date(2021, 1, 28), "minutes": "Le comité approuve.\n\nIl remercie."}
    event = cast.act(dossier, "conclude", "region_officer", recorded)
    [minutes] = issue_by_act(session, dossier, event, press=press)

    assert (minutes.kind, minutes.audience, minutes.act_step) == ("minutes", "service", event.step)
    assert minutes.version == dossier.versions[0]
    by = "le 1er décembre 2020 à 12 h 00 par"
    assert told(dossier, event)[9:] == [
        "Montant demandé\t120\N{NARROW NO-BREAK SPACE}000 €",
        "Avis rendus sur cette version",
        "Avis de la DDCS",
        (
            "Avis : Favorable\nPriorité dans le département : Forte\n"
            f"Rendu {by} Department Head, Responsable de la DDCS."
        ),
        "Avis de la DREAL",
        f"Favorable\nRendu {by} Region Head, Responsable de la DREAL.",
        "Avis de l’association régionale des organismes HLM",
        (
            f"Favorable\nRendu {by} Landlords Head, Direction de l’association régionale des "
            "organismes HLM."
        ),
        "Séance",
        (
            f"Relevé n° 1, enregistré {by} Region Officer, Instructeur de la DREAL, secrétariat du "
            "comité."
        ),
        "Séance du comité\t28 janvier 2021",
        "Relevé de la séance",
        "Le comité approuve.\n\nIl remercie.",
    ]


def test_an_opinion_given_at_the_sitting_stands_in_the_place_of_its_record(session):
    cast = a_cast(
        session,
        source_of("fdf-habitat-partage"),
        now=datetime(2021, 5, 3, 10, tzinfo=UTC),
        home="44",
    )
    dossier = cast.begin(answers_for("fdf-habitat-partage"))
    cast.act(dossier, "submit", "signatory")
    cast.act(dossier, "entrust", "programme_officer")
    levels = dict.fromkeys(("mixity", "participation", "territory", "life_course"), "high")
    report = {f"{key}_level": level for key, level in levels.items()}
    report |= {"analysis": "Mûr.", "finances": "Sains.", "advice": "decline"}
    cast.opine(dossier, "expertise", "expert", report)
    cast.act(dossier, "give_expertise", "expert")
    opinion = {"sitting": date(2021, 9, 20), "verdict": "favourable", "text": "Unanime."}
    cast.opine(dossier, "committee", "committee_member", opinion)
    event = cast.act(dossier, "give_committee_opinion", "committee_chair")

    said, by = told(dossier, event), "le 3 mai 2021 à 12 h 00 par"
    assert said[said.index("Avis du comité") :] == [
        "Avis du comité",
        f"Relevé n° 1, enregistré {by} Committee Chair, Présidence du comité.",
        "Séance du\t20 septembre 2021",
        "Avis\tFavorable",
        "Motifs de l’avis",
        "Unanime.",
    ]
    assert "Proposition de l’expert : Ne pas soutenir" in "\n".join(said)


@pytest.fixture
def decided(session):
    """A dossier of the rich call that a committee decided, two jurors having scored it."""
    world = a_rich_world(session, source=SITTING_RICH)
    dossier = a_heard(world)
    event = act(world, dossier, "choose", world.chair, YES)
    return world, dossier, event


def test_the_scores_are_told_without_who_gave_what_to_whoever_may_compare_them(session, decided):
    world, dossier, event = decided

    said = told(dossier, event)
    assert said[said.index("Notation") + 1] == (
        "Grille du projet\t14 sur 20 en moyenne (2 grilles remises)"
    )
    assert "Décision\tOui" in said
    readers = {
        name: bool(
            readable_sittings(
                dossier,
                dossier.definition,
                person,
                standing_on(session, person, dossier, dossier.definition, now=world.now),
            )
        )
        for name in ("juror", "chair", "call_manager", "social")
        if (person := getattr(world, name))
    }
    assert readers == {"juror": True, "chair": True, "call_manager": True, "social": False}


def test_minutes_first_asked_for_later_say_what_was_known_at_the_sitting(session, decided, press):
    world, dossier, event = decided
    then = words_of(dossier, event).sha256
    world.now += timedelta(days=3)
    notified = act(world, dossier, "tell", world.chair)
    [minutes] = issue_by_act(session, dossier, event, press=press)

    assert issued_by_act(session, event, "minutes") == minutes
    assert (words_of(dossier, event).sha256, minutes.issued_at) == (then, event.at)
    assert sittings(dossier, dossier.definition) == [event]
    kinds = [each.kind for each in issue_by_act(session, dossier, notified, press=press)]
    assert kinds == ["letter"]
