"""A draft's document is filled in Word and comes back: one answer is taken, another is not."""

import docx
from playwright.sync_api import expect
from sqlalchemy.orm import sessionmaker

from grants.dossiers.office import run_conversions
from grants.dossiers.operations import current_answers
from grants.web.press import desk_of
from tests.browser.test_shared_pages import looked_at
from tests.factories import NOW, SEMIS, a_draft
from tests.office import an_odt, program
from tests.returned import written
from tests.web.world import fresh, kept

__all__ = ["program"]


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


def test_a_file_to_be_converted_leads_by_itself_to_what_it_proposes(
    app, world, browser_of, program, tmp_path
):
    dossier = kept(world, a_draft(world))
    program.makes(written(dossier.definition, SEMIS))
    (tmp_path / "projet.odt").write_bytes(an_odt())
    page = browser_of(world.editor).new_page()
    page.goto(f"/dossiers/{dossier.reference}/importer")
    page.get_by_label("Un ou plusieurs fichiers").set_input_files(tmp_path / "projet.odt")
    page.get_by_role("button", name="Lire le fichier").click()
    expect(page.get_by_role("status")).to_contain_text("C’est le prochain.")
    assert looked_at(page, [page.url]) == []

    desk = desk_of(app.config["SETTINGS"])
    run_conversions(sessionmaker(world.session.get_bind()), desk, clock=lambda: NOW)

    expect(page.get_by_role("heading", name="Ce que propose le fichier")).to_be_visible()


def type_over(path, old: str, new: str) -> None:
    document = docx.Document(str(path))
    for paragraph in document.paragraphs:
        for run in paragraph.runs:
            if old in run.text:
                run.text = run.text.replace(old, new)
    document.save(str(path))
