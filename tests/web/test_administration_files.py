"""Uploading a call file: its faults line by line, what it will look like, its import."""

from __future__ import annotations

from io import BytesIO

import pytest
from lxml import html
from sqlalchemy import func, select

from grants.calls.models import Call, CallRevision
from grants.calls.operations import import_call
from grants.dossiers.papers import model_bytes
from tests.definitions.broken import HLM, broken
from tests.definitions.small import SMALL
from tests.factories import NOW, a_user
from tests.web.pressing import press
from tests.web.world import read, world

__all__ = ["world"]

ADDRESS = "/gestion/appels/deposer"
TWIN = broken(("hlm-accompagnes", "jumeau"), ("HLM14", "JUM"), ("title: Mise", "title: Autre mise"))


@pytest.fixture
def manager(client, sign_in, world):
    sign_in(client, world.call_manager)
    return client


def uploaded(browser, content: bytes, name: str = "appel.yaml", text: str = ""):
    page = browser.post(ADDRESS, data={"file": (BytesIO(content), name), "text": text})
    # Beyond 500 kB Werkzeug's client writes what it sends to a file that it leaves open.
    page.request.environ["wsgi.input"].close()
    return page


def checked(browser, text: str):
    return browser.post(ADDRESS, data={"text": text})


def faults(page) -> list[list[str]]:
    """Line, message and source of each fault."""
    rows = html.fromstring(page.text).xpath('//table[@id="faults"]/tbody/tr')
    return [[" ".join(cell.text_content().split()) for cell in row] for row in rows]


def line_of(text: str, line: str) -> str:
    return str([each.strip() for each in text.splitlines()].index(line) + 1)


def kept_text(page) -> str:
    """What the textarea holds, as a browser posts it."""
    (area,) = html.fromstring(page.text).xpath('//textarea[@name="text"]')
    return (area.text or "").removeprefix("\n")


def revisions(world) -> int:
    world.session.rollback()
    return world.session.scalar(select(func.count()).select_from(CallRevision))


def calls(world) -> int:
    world.session.rollback()
    return world.session.scalar(select(func.count()).select_from(Call))


def test_every_fault_is_shown_at_its_line_and_the_text_is_kept(manager, world):
    text = broken(
        ("closes: 2014-06-30", "closes: 2014-03-30"),
        ("value: total_cost - resources", "value: total_cost - ressources"),
        text=TWIN,
    )
    page = uploaded(manager, text.encode())
    assert page.status_code == 422
    assert faults(page) == [
        [
            line_of(text, "closes: 2014-03-30 23:59"),
            "la clôture (« closes ») doit suivre l’ouverture (« opens »)",
            "closes: 2014-03-30 23:59",
        ],
        [
            line_of(text, "value: total_cost - ressources"),
            "nom inconnu : « ressources » — vouliez-vous dire « resources » ? (colonne 14)",
            "value: total_cost - ressources",
        ],
    ]
    assert kept_text(page) == text
    assert calls(world) == 1


def test_references_of_another_call_are_a_fault_at_their_line(manager, world):
    text = TWIN.replace("reference_prefix: JUM", "reference_prefix: HLM14")
    told = f"Les références « HLM14 » (« reference_prefix ») sont celles de « {world.call.title} »."
    for action in ("", "import"):
        page = manager.post(ADDRESS, data={"text": text, "action": action})
        line = "reference_prefix: HLM14"
        assert (page.status_code, faults(page)) == (422, [[line_of(text, line), told, line]])
    assert kept_text(page) == text
    assert calls(world) == 1


def test_a_text_corrected_in_place_is_previewed_then_imported(manager, world):
    page = checked(manager, broken(("slug:", "slog:"), text=TWIN))
    assert "clé inconnue : « slog »" in read(page)
    preview = checked(manager, kept_text(page).replace("slog:", "slug:").replace("\n", "\r\n"))
    assert preview.status_code == 200
    assert calls(world) == 1

    done = press(manager, preview, "text", action="import")
    assert (done.status_code, done.location) == (303, "/gestion/appels/jumeau")
    assert "Le fichier est importé : version 1." in read(manager.get(done.location))
    assert manager.get("/gestion/appels/jumeau/fichier.yaml").data.decode() == TWIN


def test_the_preview_shows_what_people_will_meet(manager, world):
    page = read(checked(manager, TWIN))
    for text in (
        "Le fichier est juste Il créera l’appel « jumeau »",
        "Clôture des dépôts 30 juin 2014 à 23 h 59",
        "Formulaire du dossier , 33 questions (Rédacteur du porteur et Signataire du porteur)",
        "Avis du service départemental , 4 questions",
        "Décision , 5 questions (Décideur (niveau régional))",
        "Demander un complément , 2 questions",
        "Montant attribué",
        "Les ressources ({resources}) ne font pas le coût ({total_cost})",
        "Rendre l’avis départemental (Responsable du service départemental) → Avis",
        "Dossier {reference} à instruire à Instructeur du service départemental",
        "JUM-0001",
        "Lettre de notification émission par « Notifier",
    ):
        assert text in page


def test_a_previewed_table_shows_its_columns(manager, world):
    assert "Ligne 1 Financeur , ligne 1" in read(checked(manager, TWIN))


def test_names_of_previewed_inputs_never_meet(manager, world):
    page = html.fromstring(checked(manager, HLM).text)
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))


def test_a_call_with_other_states_and_roles_is_previewed_as_well(manager, world):
    with_slots = model_slots_filled(SMALL)
    page = checked(manager, with_slots)
    assert page.status_code == 200
    assert "Envoyer (Jardinier) → À lire" in read(page)


def model_slots_filled(text: str) -> str:
    """The small call, which says that nothing of its own fills the model."""
    from grants.calls.checks import document_slots
    from grants.calls.loader import read_call
    from grants.documents import slots_of

    wanted = slots_of(model_bytes("presentation-hlm.docx")).names
    missing = sorted(wanted - document_slots(read_call(text)))
    listed = ", ".join(missing)
    return text.replace("title: Présentation}", f"title: Présentation, empty: [{listed}]}}")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (model_bytes("receipt.docx"), "c’est un document Word, un classeur ou une archive ZIP"),
        (b"%PDF-1.4", "c’est un PDF"),
        (b"\x00\x01\x02", "ce n’est pas un texte"),
        ("été".encode("cp1252"), "ce n’est pas un texte en UTF-8"),
        (b"a: " + b"x" * 4_000_000, "fichier trop grand"),
        (b"a: " + b"x" * 1_000_000, "fichier trop grand : un million de caractères au plus"),
    ],
    ids=["word", "pdf", "binary", "cp1252", "large", "long"],
)
def test_a_wrong_file_is_refused_by_name_and_what_was_typed_is_kept(
    manager, world, content, message
):
    page = uploaded(manager, content, "fichier.docx", text="slug: en-cours")
    assert page.status_code == 422
    assert message in read(page)
    if len(content) < 1_000_000:
        assert kept_text(page) == "slug: en-cours"


def test_an_upload_beyond_all_measure_is_refused_in_french(manager, world):
    page = uploaded(manager, b"x" * 9_000_000)
    assert page.status_code == 413
    assert "Envoi trop volumineux" in read(page)


def test_nothing_sent_is_said_to_be_no_call_file(manager, world):
    page = checked(manager, "")
    assert page.status_code == 422
    assert "le fichier doit être une suite de « clé : valeur »" in read(page)


def test_markup_in_a_file_is_shown_as_text(manager, world):
    page = checked(
        manager, broken(("title: Autre mise", "title: <script>x</script> & mise"), text=TWIN)
    )
    assert "<script>x" not in page.text
    assert "<script>x</script> & mise" in read(page)


def test_the_present_file_can_be_taken_up_again(manager, world):
    page = manager.get(ADDRESS + "?appel=hlm-accompagnes")
    assert kept_text(page) == HLM


def test_from_the_preview_one_goes_back_to_the_text(manager, world):
    page = press(manager, checked(manager, TWIN), "text", action="edit")
    assert page.status_code == 200
    assert kept_text(page) == TWIN


def test_a_new_version_says_so_and_leaves_the_calendar(manager, world):
    newer = broken(("  Un logement", "  Le logement"))
    page = checked(manager, newer)
    assert "Il deviendra la version 2 de l’appel hlm-accompagnes" in read(page)
    before = world.call.closes_at
    press(manager, page, "text", action="import")
    world.session.rollback()
    assert (world.call.revision.number, world.call.closes_at) == (2, before)


def test_an_import_after_somebody_else_s_is_told_and_can_be_confirmed(manager, world):
    page = checked(manager, broken(("  Un logement", "  Le logement")))
    import_call(
        world.session,
        broken(("  Un logement", "  Son logement")),
        actor=world.call_manager,
        now=NOW,
    )
    world.session.commit()
    refused = press(manager, page, "text", action="import")
    assert refused.status_code == 409
    assert "Une autre version de cet appel (n° 2) a été importée entre-temps" in read(refused)
    assert press(manager, refused, "text", action="import").status_code == 303
    assert revisions(world) == 3


def test_a_double_click_on_import_makes_one_revision(manager, world):
    page = checked(manager, TWIN)
    assert press(manager, page, "text", action="import").status_code == 303
    assert press(manager, page, "text", action="import").status_code == 303
    assert revisions(world) == 2


def test_another_manager_s_call_is_not_replaced(client, sign_in, world):
    other = a_user(world.session, "other-manager", manages_calls=True)
    world.session.commit()
    sign_in(client, other)
    newer = broken(("  Un logement", "  Le logement"))
    page = checked(client, newer)
    assert "existe et d’autres le gèrent" in read(page)
    assert "Importer" not in read(page)
    refused = client.post(ADDRESS, data={"text": newer, "action": "import", "replaces": "1"})
    assert refused.status_code == 409
    assert client.get(ADDRESS + "?appel=hlm-accompagnes").status_code == 404
    world.session.rollback()
    assert world.call.revision.number == 1
