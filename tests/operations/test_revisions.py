"""A call's file changes while dossiers are under way."""

import pytest
from sqlalchemy import select

from grants.accounts.models import Capacity, Organisation
from grants.calls.loader import CallFileInvalid, definition_of
from grants.calls.models import Call
from grants.calls.operations import CallRefused
from grants.dossiers.errors import NotEditable, StaleAct
from grants.dossiers.models import Dossier
from grants.dossiers.operations import Change, answer_token, fire, save_answers, start
from grants.dossiers.operations.revisions import (
    KeptAnswer,
    changes_for,
    drafts_of,
    is_behind,
    kept_answers,
    move_draft,
    renew_call,
)
from grants.forms import Unreadable
from grants.reference.territories import commune
from tests.counting import statements_of
from tests.definitions.broken import broken
from tests.definitions.small import SMALL
from tests.factories import NOW, a_member, a_service, a_user, an_agent

FIRST = broken(
    ("certification:", 'departments: ["17"]\ncertification:'),
    (
        "        place: {type",
        """\
        area: {type: text, label: Surface, max: 40}
        motto: {type: text, label: Devise}
        helpers:
          type: table
          label: Aides
          columns:
            who: {type: text, label: Qui}
            hours: {type: integer, label: Heures}
        place: {type""",
    ),
    (
        "opens: 2024-02-01 09:00, closes: 2024-03-01 12:00",
        "opens: 2026-11-01 09:00, closes: 2026-12-01 12:00",
    ),
    text=SMALL,
)
#: The area becomes a number, the hours and the motto go, the name has another label.
SECOND = broken(
    (
        "area: {type: text, label: Surface, max: 40}",
        "area: {type: integer, label: Surface, unit: m²}",
    ),
    ("        motto: {type: text, label: Devise}\n", ""),
    ("            hours: {type: integer, label: Heures}\n", ""),
    ("label: Nom du jardin", "label: Nom donné au jardin"),
    (
        "        place: {type",
        "        water: {type: yes_no, label: Point d’eau, required: true}\n        place: {type",
    ),
    text=FIRST,
)


@pytest.fixture
def people(session):
    organisation = Organisation(siret="12345678200002", name="Les Tilleuls", created_at=NOW)
    session.add(organisation)
    return {
        "manager": a_user(session, "manager", manages_calls=True),
        "gardener": a_member(session, organisation, "gardener", Capacity.SIGNATORY),
        "chief": an_agent(session, a_service(session, "ddt", "17"), "chief", Capacity.HEAD),
        "organisation": organisation,
    }


@pytest.fixture
def call(session, people) -> Call:
    revision = renew_call(session, FIRST, actor=people["manager"], now=NOW)
    revision.call.published_at = NOW
    session.flush()
    return revision.call


@pytest.fixture
def draft(session, people, call) -> Dossier:
    dossier = start(session, call, people["organisation"], actor=people["gardener"], now=NOW)
    answers = {
        "garden": "Les buttes",
        "area": "250 m2 environ",
        "motto": "Semer tôt",
        "helpers": ({"who": "Voisins", "hours": None}, {"who": "École", "hours": None}),
        "place": commune("17415"),
    }
    save(session, people, dossier, answers)
    return dossier


def save(session, people, dossier, answers) -> None:
    empty = answer_token(0, None)
    changes = [Change(key, value, empty) for key, value in answers.items()]
    save_answers(session, dossier, changes, actor=people["gardener"], now=NOW)


def renew(session, people, source):
    return renew_call(session, source, actor=people["manager"], now=NOW)


def shown(dossier) -> dict[str, str]:
    form = dossier.definition.form
    return {
        each.field_key: form.fields[each.field_key].display(
            form.fields[each.field_key].decode(each.value)
        )
        for each in dossier.answers
        if each.field_key in form.fields and each.value is not None
    }


def test_a_draft_stays_on_its_revision_when_another_is_imported(session, people, call, draft):
    renew(session, people, SECOND)

    assert draft.revision.number == 1
    assert "motto" in draft.definition.form.fields
    assert drafts_of(session, call) == [draft]
    assert is_behind(draft)


def test_an_import_says_what_would_change_for_each_draft(session, people, call, draft):
    revision = renew(session, people, SECOND)

    assert changes_for(draft, definition_of(revision)) == [
        "Question nouvelle : « Point d’eau » (obligatoire).",
        "Question retirée : « Devise » ; la réponse donnée reste lisible à part.",
        "« Nom du jardin » devient « Nom donné au jardin ».",
        "« Surface » se répond autrement ; la réponse donnée sera à relire.",
        "« Aides » se répond autrement ; la réponse donnée sera à relire.",
    ]


def test_a_moved_draft_loses_no_answer(session, people, call, draft):
    renew(session, people, SECOND)

    move_draft(session, draft, to=2, actor=people["gardener"], now=NOW)

    assert draft.revision.number == 2
    assert shown(draft) == {
        "garden": "Les buttes",
        "area": "250 m2 environ",
        "helpers": "Voisins\nÉcole",
        "place": "Charente-Maritime (17), Saintes",
    }
    area = next(each for each in draft.answers if each.field_key == "area")
    assert draft.definition.form.fields["area"].decode(area.value) == Unreadable("250 m2 environ")
    session.expire(draft, ["answers"])
    assert KeptAnswer("Devise", "Semer tôt") in kept_answers(session, draft)


def test_a_cell_whose_column_goes_stays_readable_beside(session, people, call, draft):
    form = draft.definition.form
    value = form.fields["helpers"].decode([{"who": "Voisins", "hours": {"unreadable": "douze"}}])
    row = next(each for each in draft.answers if each.field_key == "helpers")
    token = answer_token(row.revision, row.value)
    save_answers(
        session, draft, [Change("helpers", value, token)], actor=people["gardener"], now=NOW
    )
    renew(session, people, SECOND)

    move_draft(session, draft, to=2, actor=people["gardener"], now=NOW)

    session.expire(draft, ["answers"])
    assert shown(draft)["helpers"] == "Voisins"
    assert KeptAnswer("Aides", "Voisins ; douze") in kept_answers(session, draft)


def test_a_deposited_dossier_never_moves(session, people, call, draft):
    submit(session, people, draft)
    renew(session, people, SECOND)

    with pytest.raises(NotEditable):
        move_draft(session, draft, to=2, actor=people["gardener"], now=NOW)
    assert draft.revision.number == 1


def submit(session, people, dossier):
    fire(session, dossier, "send", actor=people["gardener"], now=NOW, step=dossier.step)


def test_only_who_writes_the_draft_moves_it(session, people, call, draft):
    renew(session, people, SECOND)

    with pytest.raises(NotEditable):
        move_draft(session, draft, to=2, actor=people["manager"], now=NOW)


def test_a_draft_is_moved_to_the_revision_that_was_shown(session, people, call, draft):
    renew(session, people, SECOND)
    renew(session, people, broken(("Nom donné", "Nom choisi"), text=SECOND))

    with pytest.raises(StaleAct):
        move_draft(session, draft, to=2, actor=people["gardener"], now=NOW)


def test_an_import_that_leaves_a_dossier_with_nobody_names_it(session, people, call, draft):
    submit(session, people, draft)
    other_body = broken(
        ("kind: ddt, scope: department, label: DDT", "kind: ddcs, scope: department, label: DDCS"),
        text=FIRST,
    )

    with pytest.raises(CallRefused) as refused:
        renew(session, people, other_body)
    assert refused.value.reasons == ["Le dossier JP-0001 n’aurait plus personne pour agir (Chef)."]


def test_an_import_that_drops_a_service_still_needed_names_the_dossier(
    session, people, call, draft
):
    submit(session, people, draft)
    renamed = broken(
        ("  state: {kind: ddt", "  office: {kind: ddt"),
        ("service: state", "service: office"),
        text=FIRST,
    )

    with pytest.raises(CallRefused) as refused:
        renew(session, people, renamed)
    assert "JP-0001" in refused.value.reasons[0]


def test_a_new_service_reaches_dossiers_under_way(session, people, call, draft):
    an_agent(session, a_service(session, "ddcs", "17"), "other-chief", Capacity.HEAD)
    submit(session, people, draft)

    renew(
        session,
        people,
        broken(
            (
                "kind: ddt, scope: department, label: DDT",
                "kind: ddcs, scope: department, label: DDCS",
            ),
            text=FIRST,
        ),
    )

    assert draft.definition.services["state"].kind == "ddcs"
    assert draft.revision.number == 1


def test_an_import_asks_as_much_for_many_dossiers_under_way(session, people, call, draft, engine):
    def asked(submitted: Dossier, label: str) -> int:
        submit(session, people, submitted)
        source = broken(("label: Nom du jardin", f"label: {label}"), text=FIRST)
        session.expire_all()
        return statements_of(engine, lambda: renew(session, people, source))

    one = asked(draft, "Nom premier")
    second = start(session, call, people["organisation"], actor=people["gardener"], now=NOW)
    save(session, people, second, {"garden": "Le coteau", "place": commune("17415")})

    assert asked(second, "Nom second") <= one


def test_a_wrong_file_imports_nothing(session, people, call, draft):
    with pytest.raises(CallFileInvalid):
        renew(session, people, broken(("type: yes_no", "type: yes_maybe"), text=SECOND))

    assert session.scalars(select(Call)).one().revision.number == 1
