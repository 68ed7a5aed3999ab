"""Files through the pages: sent with the form or by themselves, refused in place, read."""

from io import BytesIO
from zipfile import ZipFile

import pytest

from tests.shared import a_begun, a_complete, a_deposited, a_joined, a_pdf, act, put, write
from tests.unit.test_files import PNG
from tests.web.posting import typed
from tests.web.shared_world import store, world
from tests.web.world import fresh, kept, read, statements

__all__ = ["store", "world"]

SECTION = "/dossiers/{0}/rubriques/project"


def files_of(world, dossier, key: str) -> list[tuple[str, str]]:
    rows = [each for each in fresh(world, dossier).answers if each.field_key == key]
    return [(each["name"], each["kind"]) for row in rows for each in row.value or ()]


def upload(client, address: str, page, key: str, *files: tuple[bytes, str], **texts):
    """Press « Déposer » as a browser does, with all that the page holds."""
    inputs = typed(page, **texts)
    inputs.setlist(f"{key}-upload", [(BytesIO(content), name) for content, name in files])
    inputs["_upload"] = key
    return client.post(address, data=inputs, content_type="multipart/form-data")


@pytest.fixture
def dossier(world):
    return kept(world, a_begun(world))


@pytest.fixture
def author(client, sign_in, world):
    sign_in(client, world.author)
    return client


def test_a_file_leaves_with_the_form_and_what_was_typed_is_saved(world, dossier, author):
    address = SECTION.format(dossier.reference)
    page = author.get(address)
    assert 'enctype="multipart/form-data"' in page.text

    response = upload(author, address, page, "statutes", (a_pdf(), "Statuts.PDF"), name="Nom écrit")

    assert response.status_code == 303
    assert response.location == f"{address}#statutes"
    assert files_of(world, dossier, "statutes") == [("Statuts.pdf", "pdf")]
    assert fresh(world, dossier).title == "Nom écrit"
    assert "Statuts.pdf" in author.get(address).text


def test_any_button_sends_the_files_that_were_chosen(world, dossier, author):
    address = SECTION.format(dossier.reference)
    inputs = typed(author.get(address), stay="1")
    inputs.setlist("accounts-upload", [(BytesIO(a_pdf("a")), "a.pdf"), (BytesIO(PNG), "b.png")])

    assert author.post(address, data=inputs).status_code == 303

    assert files_of(world, dossier, "accounts") == [("a.pdf", "pdf"), ("b.png", "png")]


def test_a_refused_file_says_why_in_its_place_and_the_rest_is_saved(world, dossier, author):
    address = SECTION.format(dossier.reference)

    response = upload(
        author, address, author.get(address), "statutes", (PNG, "photo.png"), name="Nom écrit"
    )

    assert response.status_code == 422
    reason = "« photo.png » : ce fichier est au format image PNG ; formats acceptés : PDF."
    assert reason in read(response)
    assert 'id="statutes-error"' in response.text
    assert files_of(world, dossier, "statutes") == []
    assert fresh(world, dossier).title == "Nom écrit"


def test_a_file_is_taken_out_by_its_button(world, dossier, author, store):
    added = put(world, dossier, store)
    kept(world, dossier)
    address = SECTION.format(dossier.reference)
    inputs = typed(author.get(address))
    inputs["_remove_file"] = f"statutes:{added.sha256}"

    assert author.post(address, data=inputs).status_code == 303

    assert files_of(world, dossier, "statutes") == []


def test_a_file_sent_by_itself_answers_the_field_drawn_anew(world, dossier, author):
    sent = {"file": (BytesIO(a_pdf()), "Statuts.pdf"), "_author": str(world.author.id)}

    response = author.post(f"/dossiers/{dossier.reference}/pieces/statutes", data=sent)

    assert response.status_code == 200
    assert f'href="/dossiers/{dossier.reference}/pieces/statutes/1"' in response.json["html"]
    assert response.json["saved"] == "Enregistré à 12\u00a0h\u00a000"
    assert files_of(world, dossier, "statutes") == [("Statuts.pdf", "pdf")]


def test_a_file_sent_by_itself_and_refused_says_why(world, dossier, author):
    sent = {"file": (BytesIO(b"MZ" + bytes(200)), "a.pdf"), "_author": str(world.author.id)}

    response = author.post(f"/dossiers/{dossier.reference}/pieces/statutes", data=sent)

    assert response.status_code == 422
    assert "« a.pdf » : ce fichier" in response.json["html"]
    assert files_of(world, dossier, "statutes") == []


def test_a_page_of_somebody_else_sends_no_file(world, dossier, author):
    for key, status in (("statutes", 400), ("name", 404)):
        sent = {"file": (BytesIO(a_pdf()), "Statuts.pdf"), "_author": "0"}
        address = f"/dossiers/{dossier.reference}/pieces/{key}"
        assert author.post(address, data=sent).status_code == status
    assert files_of(world, dossier, "statutes") == []


def test_files_may_be_larger_than_forms_where_they_are_sent_and_nowhere_else(
    world, make_app, sign_in
):
    app = make_app(GRANTS_MAX_FORM_BYTES="100000")
    dossier = kept(world, a_begun(world))
    large = a_pdf("x" * 500_000)
    client = app.test_client()
    sent = {"_author": str(world.author.id), "file": (BytesIO(large), "Statuts.pdf")}
    signed_out = client.post(f"/dossiers/{dossier.reference}/pieces/statutes", data=sent)
    assert signed_out.status_code == 413

    sign_in(client, world.author)
    for address, status in (
        (f"/dossiers/{dossier.reference}/reponses/name", 413),
        (f"/dossiers/{dossier.reference}/pieces/statutes", 200),
    ):
        sent = {"_author": str(world.author.id), "file": (BytesIO(large), "Statuts.pdf")}
        assert client.post(address, data=sent).status_code == status, address


def test_a_file_is_downloaded_under_the_name_of_the_rule_and_runs_nothing(
    world, dossier, author, store
):
    put(world, dossier, store, name="n’importe quoi.pdf")
    kept(world, dossier)

    with author.get(f"/dossiers/{dossier.reference}/pieces/statutes/1") as response:
        assert response.data == a_pdf()
    assert response.headers["Content-Disposition"] == 'attachment; filename="Entraide STATUTS.pdf"'
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert author.get(f"/dossiers/{dossier.reference}/pieces/statutes/2").status_code == 404
    assert author.get(f"/dossiers/{dossier.reference}/pieces/name/1").status_code == 404


def test_a_file_that_changed_on_the_disk_is_not_given(world, dossier, author, store):
    added = put(world, dossier, store)
    kept(world, dossier)
    place = store.folder / added.sha256[:2] / added.sha256[2:4] / added.sha256
    place.write_bytes(a_pdf("autre"))

    response = author.get(f"/dossiers/{dossier.reference}/pieces/statutes/1")

    assert response.status_code == 500
    assert "Fichier illisible" in read(response)


def test_services_read_the_files_of_versions_and_no_draft(world, client, sign_in, store):
    dossier = a_deposited(world, store)
    draft = a_joined(world)
    put(world, draft, store)
    kept(world, dossier)
    sign_in(client, world.reader)

    with client.get(f"/dossiers/{dossier.reference}/pieces/statutes/1") as response:
        assert response.data == a_pdf()
    assert client.get(f"/dossiers/{draft.reference}/pieces/statutes/1").status_code == 404
    page = client.get(f"/instruction/{dossier.reference}")
    assert f'href="/dossiers/{dossier.reference}/pieces/statutes/1?version=1"' in page.text


def test_files_show_as_links_where_dossiers_are_compared(world, client, sign_in, store):
    one, other = a_deposited(world, store), kept(world, a_deposited(world, store))
    sign_in(client, world.reader)

    page = client.get(f"/instruction/comparer?ref={one.reference}&ref={other.reference}").text

    for each in (one, other):
        assert f'href="/dossiers/{each.reference}/pieces/statutes/1?version=1"' in page


def test_a_stranger_reads_no_file(world, dossier, client, sign_in, store):
    put(world, dossier, store)
    kept(world, dossier)
    for person in (world.stranger, world.chief, world.scientist):
        sign_in(client, person)
        assert client.get(f"/dossiers/{dossier.reference}/pieces/statutes/1").status_code == 404


def test_services_take_all_the_files_in_one_archive(world, client, sign_in, store):
    dossier = a_complete(world, store)
    put(world, dossier, store, "accounts", a_pdf("2013"), name="Comptes.pdf")
    put(world, dossier, store, "accounts", a_pdf("2014"), name="comptes.pdf")
    put(world, dossier, store, "protocol", a_pdf("p"), name="Protocole.pdf", actor=world.assistant)
    act(world, dossier, "sign", world.scientist)
    act(world, dossier, "send", world.author)
    kept(world, dossier)
    sign_in(client, world.reader)

    with client.get(f"/instruction/{dossier.reference}/pieces") as response:
        content = response.data

    name = f"{dossier.reference}-v1-pieces.zip"
    assert response.headers["Content-Disposition"] == f"attachment; filename={name}"
    with ZipFile(BytesIO(content)) as archive:
        assert {each: archive.read(each) for each in archive.namelist()} == {
            "02/Entraide STATUTS.pdf": a_pdf(),
            "02/Comptes.pdf": a_pdf("2013"),
            "02/comptes (2).pdf": a_pdf("2014"),
            "03/Protocole.pdf": a_pdf("p"),
        }
    assert (
        f"/instruction/{dossier.reference}/pieces?version=1"
        in client.get(f"/instruction/{dossier.reference}").text
    )


def test_files_show_as_links_before_the_deposit(world, dossier, author, store):
    put(world, dossier, store)
    kept(world, dossier)

    page = author.get(f"/dossiers/{dossier.reference}/verifier")

    assert f'href="/dossiers/{dossier.reference}/pieces/statutes/1"' in page.text


def test_a_section_takes_as_many_statements_with_files_as_without(
    app, world, dossier, author, store
):
    address = SECTION.format(dossier.reference)
    write(world, dossier, world.author, {"name": "Nom"})
    kept(world, dossier)
    author.get(address)
    before = statements(app, author, address)
    put(world, dossier, store)
    put(world, dossier, store, "accounts", a_pdf("1"))
    put(world, dossier, store, "accounts", a_pdf("2"))
    kept(world, dossier)

    assert statements(app, author, address) == before
