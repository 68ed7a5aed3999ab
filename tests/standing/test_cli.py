"""The command line: what each command says, and the code it leaves with."""

import json
import re
import socket
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from grants.accounts.models import User
from grants.calls.models import CallManager
from grants.cli import main
from grants.cli.schema import newest_revision
from grants.demo import PASSWORD, guide
from grants.documents.converting import office
from tests.factories import HLM_FILE
from tests.office import program
from tests.pdf import words
from tests.word import lines as lines_of

__all__ = ["program"]

NEW_PASSWORD = "sept barques sur la Charente"


def runner(instance):
    def run(*arguments, stdin=None):
        result = CliRunner().invoke(
            main, [str(each) for each in arguments], input=stdin, env=environment(instance)
        )
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return SimpleNamespace(code=result.exit_code, out=result.stdout, err=result.stderr)

    return run


def environment(instance):
    unset = dict.fromkeys(("GRANTS_DATABASE_URL", "GRANTS_BASE_URL", "GRANTS_DEMO"))
    return unset | {"GRANTS_INSTANCE": str(instance), "GRANTS_SMTP_URL": None}


@pytest.fixture
def grants(tmp_path):
    return runner(tmp_path / "instance")


@pytest.fixture
def upgraded(grants):
    assert grants("db", "upgrade").code == 0
    return grants


@pytest.fixture
def database(tmp_path):
    engine = create_engine(f"sqlite:///{tmp_path / 'instance' / 'grants.sqlite'}")
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def demo_instance(tmp_path_factory):
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def demo(demo_instance):
    """Commands on an instance that holds the demonstration, built once."""
    run = runner(demo_instance)
    run.told = run("demo", "--no-serve")
    assert run.told.code == 0
    return run


def call_file(tmp_path, old="", new=""):
    path = tmp_path / "appel.yaml"
    text = HLM_FILE.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1) if old else text, encoding="utf-8")
    return path


# Misuse and help


def test_help_is_in_french_and_names_every_command(grants):
    told = grants("--help")

    assert told.code == 0
    assert told.out.startswith("Usage : ")
    names = ("call", "clock", "db", "demo", "document", "dossiers", "serve", "user")
    assert [name for name in names if not re.search(rf"^  {name} ", told.out, re.MULTILINE)] == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["call", "check"], "Il manque l’argument FICHIER."),
        (["call", "check", "nulle-part.yaml"], "L’argument FICHIER : ce fichier n’existe pas"),
        (["dossier"], "Commande inconnue : dossier."),
        (["dossiers", "--tout"], "Option inconnue : --tout."),
        (["call", "blank", "x"], "Il manque l’option -o ou --output."),
        (["serve", "--port", "http"], "L’option --port : un nombre entier est attendu."),
        (
            ["user", "add", "--email", "a@example.org", "--name", "A", "--capacity", "roi"],
            "valeurs",
        ),
        (
            ["user", "add", "--email", "a@example.org", "--name", "A", "--service", "ddcs:17"],
            "--capacity doit accompagner",
        ),
    ],
)
def test_misuse_is_said_in_french_with_code_2(grants, arguments, said):
    told = grants(*arguments)

    assert told.code == 2
    assert said in told.err


# Database and settings


def test_a_command_on_an_empty_database_says_what_to_do(grants):
    told = grants("dossiers")

    assert (told.code, told.out) == (1, "")
    assert "grants db upgrade" in told.err


def test_upgrading_twice_is_said(upgraded):
    told = upgraded("db", "upgrade")

    assert (told.code, told.out) == (0, f"La base est à jour (révision {newest_revision()}).\n")


def test_wrong_settings_are_all_said(tmp_path):
    result = CliRunner().invoke(
        main,
        ["dossiers"],
        env=environment(tmp_path) | {"GRANTS_SMTP_URL": "ftp://x", "GRANTS_DEMO": "peut-être"},
    )

    assert result.exit_code == 1
    assert result.stderr.startswith("Réglages à corriger :\n")
    assert result.stderr.count("GRANTS_") == 2


# Calls


def test_a_sound_call_file_is_said_to_be_so_with_what_it_holds(grants):
    told = grants("call", "check", HLM_FILE)

    assert told.code == 0
    assert "aucune erreur. « Mise en place de 10 000 logements HLM accompagnés » : 6 rubriques" in (
        told.out
    )


def test_every_error_of_a_call_file_is_said_at_its_line_with_code_1(grants, tmp_path):
    path = call_file(tmp_path, "value: households\n", "value: menages\n")
    path.write_text(
        path.read_text("utf-8").replace("roles: [signatory]", "roles: [roi]", 1), "utf-8"
    )
    lines = path.read_text("utf-8").splitlines()

    told = grants("call", "check", path)

    assert (told.code, told.out) == (1, "")
    found = re.findall(rf"^{re.escape(str(path))}:(\d+) : (.+)$", told.err, re.MULTILINE)
    said = {lines[int(number) - 1].strip() for number, _ in found}
    assert {"value: menages", "roles: [roi]"} <= said
    assert told.err.rstrip().endswith(f"{len(found)} erreurs.")


def test_what_is_no_text_is_refused_without_a_traceback(grants, tmp_path):
    path = tmp_path / "appel.docx"
    path.write_bytes(b"PK\x03\x04...")

    told = grants("call", "check", path)

    assert told.code == 1
    assert "un document Word" in told.err


def test_an_imported_call_is_listed_and_its_blank_form_written(upgraded, tmp_path):
    output = tmp_path / "vierge.docx"

    assert upgraded("call", "import", HLM_FILE).code == 0
    listed = upgraded("call", "list")
    written = upgraded("call", "blank", "hlm-accompagnes", "-o", output)

    assert (listed.code, written.code) == (0, 0)
    assert "hlm-accompagnes  en préparation" in listed.out
    assert any("Nom du projet" in line for line in lines_of(output.read_bytes()))


def test_an_import_tells_what_the_drafts_begun_before_would_find_changed(demo, tmp_path):
    newer = tmp_path / "newer.yaml"
    added = "        nickname: {type: text, label: Surnom}\n        project_name:\n"
    newer.write_text(HLM_FILE.read_text().replace("        project_name:\n", added, 1))

    told = demo("call", "import", newer)

    assert told.code == 0
    assert "Ce que trouverait chacun :" in told.out
    assert "  - Question nouvelle : « Surnom »." in told.out


def test_a_call_whose_services_are_empty_is_neither_opened_nor_imported(upgraded):
    told = upgraded("call", "import", HLM_FILE, "--open")

    assert told.code == 1
    assert "Responsable de la DREAL : personne pour Poitou-Charentes." in told.err
    assert upgraded("call", "list").out.startswith("Aucun appel.")


def test_an_unknown_call_is_refused_with_those_known(demo):
    told = demo("call", "blank", "kaps", "-o", "x.docx")

    known = "ami-cget-2019, fdf-habitat-partage, fej-2009, fnavdl-paca-2020, hlm-accompagnes"
    assert (told.code, told.err) == (1, f"Appel « kaps » inconnu. Appels connus : {known}.\n")


# Accounts


def user_add(run, *arguments, password=NEW_PASSWORD):
    named = ("--email", "agent@example.org", "--name", "Agente")
    return run("user", "add", *named, *arguments, "--password-stdin", stdin=f"{password}\n")


def test_an_agent_is_added_to_a_service(upgraded, tmp_path):
    told = user_add(upgraded, "--service", "ddcs:17", "--capacity", "head")

    assert (told.code, told.out) == (0, "Compte créé : Agente <agent@example.org>\n")
    engine = create_engine(f"sqlite:///{tmp_path}/instance/grants.sqlite")
    with Session(engine) as session:
        user = session.scalars(select(User)).one()
        posts = [(each.service.kind, each.service.territory) for each in user.service_memberships]
    engine.dispose()
    assert posts == [("ddcs", "17")]


def test_a_refused_account_leaves_nothing(upgraded):
    wrong = user_add(upgraded, "--organisation", "12345678200003", "--capacity", "editor")
    weak = user_add(upgraded, password="azertyazerty")
    unknown = user_add(upgraded, "--service", "préfecture:17", "--capacity", "head")
    nameless = user_add(upgraded, "--organisation", "12345678200002", "--capacity", "editor")

    assert [each.code for each in (wrong, weak, unknown, nameless)] == [1, 1, 1, 1]
    assert "clé de contrôle" in wrong.err
    assert "trop courant" in weak.err
    assert "inconnu" in unknown.err
    assert "--organisation-name" in nameless.err
    assert user_add(upgraded).code == 0


def test_an_address_already_taken_is_refused(upgraded):
    user_add(upgraded)

    told = user_add(upgraded)

    assert (told.code, told.err) == (1, "L’adresse « agent@example.org » a déjà un compte.\n")


# Demonstration, dossiers, documents


def test_the_demonstration_tells_its_progress_and_its_accounts(demo):
    assert "Dossier 10 sur 10 : Logis de Démonstration" in demo.told.out
    assert PASSWORD in demo.told.out
    assert [each.email for each in guide() if each.email not in demo.told.out] == []


def test_the_demonstration_is_built_once(demo):
    told = demo("demo", "--no-serve")

    assert told.code == 0
    assert told.out.startswith("La démonstration est déjà là")


def test_the_demonstration_is_made_anew_when_asked(demo):
    told = demo("demo", "--no-serve", "--fresh")

    assert told.code == 0
    assert told.out.startswith("Effacement de la démonstration…\nComptes de démonstration\n")
    assert len(json.loads(demo("dossiers", "--json").out)) == 20


def test_the_demonstration_does_not_mix_with_other_data(upgraded):
    user_add(upgraded)

    told = upgraded("demo", "--no-serve", "--fresh")

    assert told.code == 1
    assert "autres données" in told.err


def test_the_demonstration_is_not_served_as_if_it_were_real(demo):
    told = demo("serve")

    assert told.code == 1
    assert "grants demo" in told.err


def test_a_port_in_use_is_said(demo):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        told = demo("demo", "--port", taken.getsockname()[1])

    assert told.code == 1
    assert "port déjà pris" in told.err


def test_dossiers_are_listed_for_people_and_for_programs(demo):
    shown, read = demo("dossiers"), json.loads(demo("dossiers", "--json").out)

    assert re.search("^HLM14-0001 +SEMIS", shown.out, re.MULTILINE)
    assert len(read) == 20
    assert next(each for each in read if each["reference"] == "HLM14-0001") == {
        "reference": "HLM14-0001",
        "holder": "SEMIS",
        "call": "hlm-accompagnes",
        "state": "notified",
        "state_label": "Notifié",
        "version": 1,
    }


def test_a_document_is_written_as_the_services_read_it(demo, tmp_path):
    output = tmp_path / "semis.docx"

    done = demo("document", "write", "HLM14-0001", "--version", 1, "-o", output)
    assert done.code == 0
    assert "GRANTS_BASE_URL n’est pas donnée" in done.err

    text = "\n".join(lines_of(output.read_bytes()))
    assert "Projet d’Insertion sociale" in text
    assert "Avis partagé par la DREAL et la DRJSCS" in text


def test_the_documents_of_a_call_are_written_at_once_by_state(demo, tmp_path):
    folder = tmp_path / "notified"
    asked = ("document", "write", "--call", "hlm-accompagnes", "--state", "notified")

    told = demo(*asked, "-o", folder)

    assert (told.code, told.out) == (0, f"2 documents écrits dans {folder}\n")
    assert "Documents" in told.err
    names = sorted(each.name for each in folder.iterdir())
    assert names == ["HLM14-0001-presentation.docx", "HLM14-0007-presentation.docx"]
    assert "SEMIS" in "\n".join(lines_of((folder / names[0]).read_bytes()))


def test_its_pdf_says_the_same_under_the_same_code(demo, tmp_path):
    word, pdf = tmp_path / "semis.docx", tmp_path / "semis.pdf"
    demo("document", "write", "HLM14-0001", "-o", word)

    assert demo("document", "write", "HLM14-0001", "--pdf", "-o", pdf).code == 0

    assert "Nom du projet : Projet d’Insertion sociale" in words(pdf.read_bytes())
    told = [demo("document", "verify", each).out.partition(" : ")[2] for each in (word, pdf)]
    assert told[0].startswith("identique au document émis.")
    assert told[0] == told[1]


def test_a_document_is_verified_against_what_was_issued(demo, tmp_path):
    output, blank = tmp_path / "semis.docx", tmp_path / "blank.docx"
    demo("document", "write", "HLM14-0001", "-o", output)
    demo("call", "blank", "hlm-accompagnes", "-o", blank)

    issued, unknown = demo("document", "verify", output), demo("document", "verify", blank)

    assert (issued.code, unknown.code) == (0, 1)
    assert re.fullmatch(
        rf"{output} : identique au document émis\.\n"
        r"Présentation du dossier, dossier HLM14-0001, version 1, émis le .+, code "
        r"(\w{4}-){3}\w{4}\.\n",
        issued.out,
    )
    assert unknown.out == f"{blank} : inconnu.\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["HLM14-9999", "-o", "x.docx"], "Aucun dossier n’a la référence « HLM14-9999 »."),
        (["HLM14-0001", "--version", 4, "-o", "x.docx"], "n’a pas de version 4. Versions : 1."),
        (["HLM14-0001", "-o", "/nulle/part.docx"], "fichier ou dossier introuvable"),
        (["--call", "hlm-accompagnes", "-o", "/dev/null"], "/dev/null : existe déjà"),
        (["-o", "x.docx"], "Donnez une référence, ou « --call »"),
        (["HLM14-0001", "--call", "hlm-accompagnes", "-o", "x"], "Donnez une référence, ou"),
        (["--call", "hlm-accompagnes", "--state", "lost", "-o", "x"], "États inconnus : lost."),
    ],
)
def test_a_document_that_cannot_be_written_is_said(demo, arguments, said):
    told = demo("document", "write", *arguments)

    assert told.code == 1
    assert said in told.err


def test_clocks_run_once_for_all(demo):
    first, second = demo("clock", "run"), demo("clock", "run")

    assert (first.code, second.code) == (0, 0)
    assert second.out == "0 dossier rappelé, 0 échéance exécutée.\n"


def test_a_lost_second_factor_is_taken_away_by_who_operates(upgraded, database):
    grants = upgraded
    made = ("user", "add", "--email", "agent@example.org", "--name", "Agent")
    grants(*made, "--password-stdin", stdin=f"{NEW_PASSWORD}\n")
    with Session(database) as session:
        person = session.scalars(select(User)).one()
        person.tf_primary_method, person.tf_totp_secret = "authenticator", "secret"
        session.commit()

    assert grants("user", "reset-second-factor", "agent@example.org").code == 0
    with Session(database) as session:
        person = session.scalars(select(User)).one()
        assert (person.tf_primary_method, person.tf_totp_secret) == (None, None)
    assert grants("user", "reset-second-factor", "nobody@example.org").code == 1


def test_a_call_imported_by_who_operates_is_given_to_a_manager_afterwards(upgraded, database):
    grants = upgraded
    grants("call", "import", HLM_FILE)
    made = ("user", "add", "--email", "gestion@example.org", "--name", "Gestion")
    grants(*made, "--manages-calls", "--password-stdin", stdin=f"{NEW_PASSWORD}\n")

    given = grants("call", "manage", "hlm-accompagnes", "gestion@example.org")

    assert (given.code, given.out) == (
        0,
        "« hlm-accompagnes » est géré par gestion@example.org.\n",
    )
    with Session(database) as session:
        assert [row.user.email for row in session.scalars(select(CallManager))] == [
            "gestion@example.org"
        ]


def test_conversions_are_made_where_libreoffice_is_and_refused_elsewhere(
    upgraded, program, monkeypatch
):
    assert upgraded("office", "run").out == "0 conversion faite, 0 à retenter, 0 en échec.\n"

    monkeypatch.setenv("PATH", "/nowhere")
    office.cache_clear()
    refused = upgraded("office", "run")
    said = "LibreOffice (soffice), ou unshare, manque sur cette machine.\n"
    assert (refused.code, refused.err) == (1, said)
