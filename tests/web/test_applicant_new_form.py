"""A call's form changes while a draft is written: it follows only if its people wish."""

import pytest

from grants.dossiers.operations.revisions import renew_call
from tests.definitions.broken import broken
from tests.factories import NOW, SEMIS, a_draft
from tests.web.test_applicant import as_person
from tests.web.world import kept, read, world

__all__ = ["as_person", "world"]

NEWER = broken(
    ("label: Ce qui manque ou doit être précisé", "label: Ce qui manque"),
    (
        "        project_name:\n",
        "        nickname: {type: text, label: Surnom du projet}\n        project_name:\n",
    ),
)


@pytest.fixture
def draft(world):
    return kept(world, a_draft(world, SEMIS))


@pytest.fixture
def newer(world, draft):
    renew_call(world.session, NEWER, actor=world.call_manager, now=NOW)
    world.session.commit()


def page_of(dossier) -> str:
    return f"/dossiers/{dossier.reference}/nouveau-formulaire"


def test_a_draft_whose_form_is_the_newest_has_nothing_to_choose(as_person, draft):
    answer = as_person("editor").get(page_of(draft))

    assert (answer.status_code, answer.location) == (303, f"/dossiers/{draft.reference}")


def test_the_dossier_tells_that_the_form_changed_and_what_changes(as_person, draft, newer):
    client = as_person("editor")

    assert "Le formulaire de l’appel a changé" in read(client.get(f"/dossiers/{draft.reference}"))
    assert "Question nouvelle : « Surnom du projet »." in read(client.get(page_of(draft)))


def test_once_chosen_the_draft_follows_the_new_form_with_its_answers(as_person, draft, newer):
    client = as_person("editor")

    answer = client.post(page_of(draft), data={"revision": "2"})

    assert (answer.status_code, answer.location) == (303, f"/dossiers/{draft.reference}")
    section = read(client.get(f"/dossiers/{draft.reference}/rubriques/project"))
    assert "Surnom du projet" in section
    assert SEMIS["project_name"] in section


def test_changes_that_were_not_shown_are_not_accepted(as_person, draft, newer):
    client = as_person("editor")

    answer = client.post(page_of(draft), data={"revision": "1"})

    assert answer.status_code == 409
    assert "Le formulaire vient encore de changer" in read(answer)
    assert "Surnom du projet" not in read(
        client.get(f"/dossiers/{draft.reference}/rubriques/project")
    )


def test_the_manager_reads_what_each_draft_would_find_before_importing(as_person, draft):
    answer = as_person("call_manager").post("/gestion/appels/deposer", data={"text": NEWER})

    page = read(answer)
    assert f"1 brouillon : {draft.reference}" in page
    assert "Question nouvelle : « Surnom du projet »." in page
