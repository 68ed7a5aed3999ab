"""What LibreOffice makes of a file, seen from the pages: asked for, followed, downloaded, read."""

from __future__ import annotations

import io

import pytest
from lxml import html
from sqlalchemy import select
from sqlalchemy.orm import sessionmaker

from grants.documents.converting import office
from grants.dossiers.models import Conversion, Dossier
from grants.dossiers.office import run_conversions
from grants.dossiers.register import Verdict, verified
from grants.web.press import desk_of
from tests.answers import call_of
from tests.factories import DEPARTMENT_OPINION, NOW, SEMIS, a_draft, a_submitted, opine
from tests.office import an_odt, program
from tests.returned import written
from tests.web.browsing import form_of
from tests.web.world import kept, read, world

__all__ = ["program", "world"]

IMPORT = "/appels/hlm-accompagnes/importer"


@pytest.fixture
def as_person(client, sign_in, world):
    def signed_in(name: str):
        sign_in(client, getattr(world, name))
        return client

    return signed_in


@pytest.fixture
def at_work(app, world):
    def run() -> None:
        sessions = sessionmaker(world.session.get_bind())
        run_conversions(sessions, desk_of(app.config["SETTINGS"]), clock=lambda: NOW)

    return run


def send(client, address: str, *files: tuple[str, bytes]):
    inputs = dict(form_of(client.get(address), fields={"text"}).form_values())
    return client.post(
        address, data=inputs | {"files": [(io.BytesIO(content), name) for name, content in files]}
    )


def asked(world) -> list[Conversion]:
    world.session.rollback()
    return list(world.session.scalars(select(Conversion)))


def test_the_pdf_of_a_word_file_is_asked_for_followed_and_downloaded(
    as_person, world, program, at_work
):
    dossier = kept(world, a_submitted(world))
    client = as_person("editor")
    page = f"/dossiers/{dossier.reference}/accuse-de-reception"
    [form] = [each for each in pages_forms(client, page) if "pdf-du-word" in each.action]

    followed = client.post(form.action)
    assert client.post(form.action).location == followed.location
    assert "C’est le prochain. Actualiser cette page" in read(client.get(followed.location))
    assert client.get(download_of(followed.location)).status_code == 404
    assert [each.status for each in asked(world)] == ["waiting"]
    at_work()

    ready = read(client.get(followed.location))
    assert "Prêt Ce PDF est gardé avec le document émis." in ready
    assert "Actualiser" not in ready
    file = client.get(download_of(followed.location))
    assert (file.mimetype, file.data[:5]) == ("application/pdf", b"%PDF-")
    assert "accuse-de-reception-v1-word.pdf" in file.headers["Content-Disposition"]
    client.post(form.action)
    assert [each.status for each in asked(world)] == ["done"]
    assert verified(world.session, file.data).verdict is Verdict.IDENTICAL
    at_the_service = as_person("ddcs17_officer").get(download_of(followed.location))
    assert at_the_service.data == file.data
    assert as_person("stranger").get(followed.location).status_code == 404


def pages_forms(client, address: str):
    return html.fromstring(client.get(address).get_data(as_text=True)).forms


def download_of(address: str) -> str:
    path, _, asked_for = address.partition("?")
    return f"{path}/fichier.pdf?{asked_for}"


def test_a_failure_says_why_and_may_be_tried_again(as_person, world, program, at_work):
    dossier = kept(world, a_submitted(world))
    program.breaks()
    client = as_person("editor")
    address = f"/dossiers/{dossier.reference}/pdf-du-word/presentation?version=1"
    assert client.post(address).location == address
    at_work()
    assert "En attente Un essai n’a rien donné ; un autre suit" in read(client.get(address))

    [conversion] = asked(world)
    conversion.status, conversion.ended_at, conversion.attempts = "failed", NOW, 3
    world.session.commit()
    told = "Échec Ce fichier Word n’a pas pu être mis en PDF. Réessayer"
    assert told in read(client.get(address))

    program.breaks(broken=False)
    client.post(address)
    at_work()
    assert "Prêt" in read(client.get(address))


def test_what_is_still_being_written_has_no_pdf_of_its_word_file(as_person, world, program):
    dossier = kept(world, a_submitted(world))
    opine(world, dossier, "department", DEPARTMENT_OPINION, world.ddcs17_officer)
    world.session.commit()
    client = as_person("ddcs17_officer")
    page = read(client.get(f"/instruction/{dossier.reference}"))
    assert "PDF de ce fichier Word" not in page
    refused = client.post(f"/dossiers/{dossier.reference}/pdf-du-word/presentation")
    assert refused.status_code == 409
    assert "Ce document est encore un projet." in read(refused)
    assert asked(world) == []


def test_an_odt_is_converted_read_and_proposed_like_a_word_file(as_person, world, program, at_work):
    program.makes(written(call_of("hlm-accompagnes"), SEMIS | {"project_name": "Un toit"}))
    client = as_person("editor")

    sent = send(client, IMPORT, ("projet.odt", an_odt()))

    page = read(client.get(sent.location))
    assert "« projet.odt » est converti au format Word, puis lu." in page
    assert "En attente C’est le prochain." in page
    assert "Pas encore lu projet.odt attend d’être converti" in read(client.get(IMPORT))
    assert world.session.scalars(select(Dossier)).all() == []
    assert as_person("signatory").get(sent.location).status_code == 404
    at_work()
    proposed = as_person("editor").get(sent.location)
    assert proposed.location.startswith("/propositions/")
    assert "« projet.odt », lu le 16 novembre 2026" in read(client.get(proposed.location))
    assert "Pas encore lu" not in read(client.get(IMPORT))
    client.post(f"{proposed.location}/abandonner")
    assert asked(world) == []


def test_a_service_and_a_draft_have_their_files_converted_too(as_person, world, program, at_work):
    draft, deposited = a_draft(world), kept(world, a_submitted(world))
    client = as_person("editor")
    for_draft = send(client, f"/dossiers/{draft.reference}/importer", ("a.odt", an_odt()))
    hub = read(client.get(f"/dossiers/{draft.reference}"))
    assert "Suivre la lecture de « a.odt » : le fichier attend d’être converti." in hub
    client = as_person("ddcs17_officer")
    opinion = f"/instruction/{deposited.reference}/avis/department/importer"
    for_opinion = send(client, opinion, ("b.odt", an_odt()))
    program.makes(written(call_of("hlm-accompagnes"), SEMIS, opinion_department_opinion="Utile."))
    at_work()
    assert "Utile." in read(client.get(client.get(for_opinion.location).location))
    client = as_person("editor")
    page = read(client.get(client.get(for_draft.location).location))
    assert f"{draft.reference} Ce que propose le fichier" in page
    assert "Jamais repris" in page


def test_a_batch_says_which_files_are_to_be_converted(as_person, world, program):
    word = written(call_of("hlm-accompagnes"), SEMIS)
    client = as_person("editor")
    report = read(send(client, IMPORT, ("a.docx", word), ("b.odt", an_odt()), ("c.txt", b"Rien")))
    assert "3 fichiers envoyés, 1 lu, 1 non lu, 1 à convertir" in report
    assert "b.odt attend d’être converti Suivre la lecture de b.odt" in report

    [conversion] = asked(world)
    client.post(f"/conversions/{conversion.id}/abandonner")
    assert asked(world) == []


def test_without_libreoffice_nothing_of_it_is_offered(as_person, world, monkeypatch):
    dossier = kept(world, a_submitted(world))
    monkeypatch.setenv("PATH", "/nowhere")
    office.cache_clear()
    client = as_person("editor")
    assert ".odt" not in form_of(client.get(IMPORT), fields={"text"}).inputs["files"].get("accept")
    assert "PDF de ce fichier" not in read(client.get(f"/dossiers/{dossier.reference}"))
    refused = send(client, IMPORT, ("projet.odt", an_odt()))
    assert refused.status_code == 422
    assert "enregistrez-le au format Word (.docx)" in read(refused)
    address = f"/dossiers/{dossier.reference}/pdf-du-word/presentation"
    assert "Pas de conversion ici" in read(client.get(client.post(address).location))
    assert asked(world) == []
    office.cache_clear()


def test_a_throw_away_instance_which_no_worker_serves_offers_none(app, as_person, world, program):
    app.extensions["rehearsal"] = None
    page = form_of(as_person("editor").get(IMPORT), fields={"text"})
    assert page.inputs["files"].get("accept") == ".docx,.pdf,.txt"
