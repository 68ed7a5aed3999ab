"""A draft's document is filled in Word and comes back: one answer is taken, another is not."""

import docx
from playwright.sync_api import expect

from grants.dossiers.operations import current_answers
from tests.browser.test_shared_pages import looked_at
from tests.factories import SEMIS, a_draft
from tests.web.world import fresh, kept


def test_a_filled_document_comes_back_answer_by_answer(world, browser_of, tmp_path):
    dossier = kept(world, a_draft(world, SEMIS))
    address = f"/dossiers/{dossier.reference}"
    page = browser_of(world.editor).new_page()
    page.goto(address)
    with page.expect_download() as download:
        page.get_by_role("link", name="Présentation synthétique du projet Word").click()
    download.value.save_as(tmp_path / "filled.docx")
    type_over(tmp_path / "filled.docx", "Projet d’Insertion sociale", "Un toit")
    type_over(tmp_path / "filled.docx", "Rencontres, puis", "Visites, puis")

    page.get_by_role("link", name="Importer un fichier Word").click()
    page.get_by_label("Un ou plusieurs fichiers").set_input_files(tmp_path / "filled.docx")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Lire le fichier").press("Enter")

    expect(page.get_by_text("2 réponses diffèrent")).to_be_visible()
    adhesion = page.get_by_role(
        "radiogroup", name="Démarche mise en place pour favoriser l’adhésion du ménage"
    )
    adhesion.get_by_label("Prendre du fichier").press("ArrowUp")
    expect(adhesion.get_by_label("Garder ce qui est ici")).to_be_checked()
    assert looked_at(page, [page.url, f"{address}/importer"]) == []

    page.goto(address)
    page.get_by_role(
        "link", name="Choisir ou recopier ce qui est repris de « filled.docx »"
    ).click()
    adhesion.get_by_label("Garder ce qui est ici").check()
    page.get_by_role("button", name="Enregistrer mes choix").press("Enter")

    expect(page.get_by_text("1 réponse reprise de « filled.docx ».")).to_be_visible()
    after = current_answers(fresh(world, dossier), dossier.definition)
    assert (after["project_name"], after["adhesion"]) == ("Un toit", SEMIS["adhesion"])


def type_over(path, old: str, new: str) -> None:
    document = docx.Document(str(path))
    for paragraph in document.paragraphs:
        for run in paragraph.runs:
            if old in run.text:
                run.text = run.text.replace(old, new)
    document.save(str(path))
