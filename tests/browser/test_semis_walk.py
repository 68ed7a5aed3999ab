"""The SEMIS dossier, by each role in turn, from an open call to the decision and its Word file."""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from grants.calls.loader import read_call
from grants.dossiers.review import deposit_gaps
from tests.browser.visitor import DESK, PASSWORD, Visitor, plain
from tests.factories import HLM_FILE, SEMIS
from tests.official_form import LABELS, answers
from tests.seed import AS_IN_THE_SEED
from tests.word import lines

CALL = read_call(HLM_FILE.read_text())
#: What the landlord answers once told what blocks.
MENDED = (
    ("project", ("contact_name", "contact_email")),
    ("public", ("dalo", "pdalpd")),
    ("housing", ("mobilisation",)),
    ("support", ("rental_management",)),
    ("duration", ("commitment",)),
    ("finance", ("cofinancing", "justification_one_year_or_all")),
)
#: Between thousands.
THIN_SPACE = "\N{NARROW NO-BREAK SPACE}"
COMPLETED = "Le dispositif fonctionne ; l’aide soutiendra 30 ménages dès janvier."
OPINION = {
    "opinion": "Projet utile au territoire (données de démonstration).",
    "relevance": "Répond aux objectifs de l’appel.",
    "reproducibility": "medium",
    "conditions": "Signer la convention avec l’association.",
}
TAKEN_UP = "Signer la convention avec l’association avant mars."
CONTRIBUTION = "La DRJSCS partage l’avis du département (données de démonstration)."
SAID_BY_SERVICES = (OPINION["opinion"], OPINION["relevance"], TAKEN_UP, CONTRIBUTION)
#: The document as notified, question by question.
NOTIFIED = (
    "Charente-Maritime (17), Saintes",
    "Projet d’Insertion sociale",
    "SEMIS, bailleur social",
    AS_IN_THE_SEED["summary"],
    "30 environ",
    "☒ oui\t☐ non",
    "☐ oui\t☐ non",
    "☒ oui\t☐ non",
    "\n".join(AS_IN_THE_SEED["public_description"]),
    (
        "☐ Création d’une offre nouvelle\n☐ Aménagement de logement existant\n"
        "☒ Mobilisation de logements existants sans aménagement\n"
        "☐ Reclassement offre existante en offre à bas loyer"
    ),
    "30 environ",
    "pas de typologie spécifique",
    "Droit commun du logement social",
    AS_IN_THE_SEED["dwelling_location"],
    AS_IN_THE_SEED["support_method"],
    "☐ classique      ☒ adaptée\n" + AS_IN_THE_SEED["rental_management_text"],
    AS_IN_THE_SEED["adhesion"],
    AS_IN_THE_SEED["support_supply"],
    AS_IN_THE_SEED["landlord_support_relation"],
    AS_IN_THE_SEED["needs_fit"],
    "Les Commissions Locales de l’Habitat",
    "47 000 € par an pour le projet",
    (
        "Financeur | Fonds | Montant | État\n"
        "SEMIS | Fonds propres du porteur | 20 000 € | acquis\n"
        "État, AVDL | AVDL (État) | 7 000 € | acquis\n"
        "Appel à projets | Appel à projets | 20 000 € | sollicité\n"
        "Total | 47 000 € | "
    ),
    "3 ans\n" + AS_IN_THE_SEED["commitment_context"],
    COMPLETED,
    "Rendu le 16 novembre 2026 à 13 h 40, sur la version 2\n" + OPINION["opinion"],
    OPINION["relevance"],
    "☐ Faible\t☒ Moyen\t☐ Fort",
    TAKEN_UP,
    "Rendu le 16 novembre 2026 à 14 h 00, sur la version 2\n☒ Favorable\n☐ Défavorable",
    CONTRIBUTION,
)


@dataclass(slots=True)
class Walk:
    """Who takes part, each with a browser, and the dossier's address once it has one."""

    editor: Visitor
    signatory: Visitor
    ddcs_officer: Visitor
    ddcs_head: Visitor
    dreal_officer: Visitor
    drjscs_officer: Visitor
    dreal_head: Visitor
    reference: str = ""

    @property
    def hub(self) -> str:
        return f"/dossiers/{self.reference}"

    @property
    def review(self) -> str:
        return f"/instruction/{self.reference}"

    def applicants_paper(self) -> bytes:
        self.editor.opens(self.hub)
        return self.editor.downloads("Présentation synthétique du projet")


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
def walk(request, with_passwords, a_browser):
    """The open call and its services; the landlord is not registered yet."""
    world = with_passwords
    for membership in list(world.semis.memberships):
        world.session.delete(membership)
        world.session.delete(membership.user)
    world.session.delete(world.semis)
    world.session.commit()
    options = {"java_script_enabled": request.param, "viewport": DESK}
    people = ("editor", "signatory", "ddcs_officer", "ddcs_head")
    people += ("dreal_officer", "drjscs_officer", "dreal_head")
    return Walk(**{each: Visitor(a_browser(**options), audited=request.param) for each in people})


def test_the_semis_dossier_from_the_open_call_to_the_notified_decision(walk, clock):
    for step in (
        a_landlord_registers,
        a_signatory_is_invited,
        a_dossier_is_begun,
        the_form_is_filled_as_the_landlord_first_did,
        the_deposit_is_blocked_with_all_that_is_missing,
        what_blocks_is_mended,
        the_signatory_certifies_and_deposits,
        the_officer_drafts_and_asks_for_a_completion,
        the_landlord_completes,
        the_head_gives_the_department_s_opinion,
        the_region_returns_it_and_the_department_gives_it_again,
        an_unfavourable_opinion_without_reason_is_refused,
        the_region_s_opinion_is_given,
        the_decision_is_taken_and_notified,
        the_landlord_reads_the_decision_and_its_document,
    ):
        step(walk)
        clock.move(clock.now + timedelta(minutes=10))


def a_landlord_registers(walk):
    landlord = walk.editor
    landlord.opens("/")
    landlord.follows("Mise en place de 10 000 logements HLM accompagnés")
    assert "Charente-Maritime" in landlord.reads()
    landlord.follows("Préparer ma candidature")
    landlord.follows("Créer un compte", within="main")
    landlord.fills(
        name="Rédactrice du dossier",
        email="redaction@semis.example",
        password=PASSWORD,
        siret="123 456 782 00002",
        organisation_name="SEMIS",
    )
    landlord.presses("Créer mon compte")
    assert landlord.path == "/inscription/courriel"
    follows_the_mail(landlord, "redaction@semis.example", "/inscription/confirmer/")
    landlord.fills(password=PASSWORD)
    landlord.presses("Confirmer et entrer")
    assert landlord.path == "/mes-dossiers"


def follows_the_mail(reader, address, link):
    reader.opens(f"/demonstration/courriels?a={address}")
    reader.follows(link)


def a_signatory_is_invited(walk):
    """Who registers signs for the organisation, until the signatory leaves her the writing."""
    landlord, signatory = walk.editor, walk.signatory
    landlord.opens("/compte")
    landlord.follows("Mon organisme")
    landlord.fills("aside", email="signature@semis.example", capacity="signatory")
    landlord.presses("Envoyer l’invitation")
    follows_the_mail(signatory, "signature@semis.example", "/invitations/")
    signatory.fills(name="Signataire du dossier", password=PASSWORD)
    signatory.presses("Créer mon compte et accepter")
    signatory.opens("/compte/organisme")
    signatory.page.get_by_label("Rôle de Rédactrice du dossier").select_option("editor")
    signatory.presses("Changer le rôle de Rédactrice du dossier")
    assert "Signataire du dossier (vous)" in signatory.reads()


def a_dossier_is_begun(walk):
    walk.editor.opens("/appels/hlm-accompagnes/preparer")
    walk.editor.presses("Créer mon dossier")
    walk.reference = walk.editor.path.removeprefix("/dossiers/")
    assert "Ce dossier n’est pas déposé" in walk.editor.reads()


def the_form_is_filled_as_the_landlord_first_did(walk):
    editor = walk.editor
    editor.follows("Continuer : Projet et porteur")
    for section in CALL.form.sections.values():
        if not editor.path.endswith(f"/rubriques/{section.key}"):
            editor.opens(f"{walk.hub}/rubriques/{section.key}")
        for key in section.fields:
            if key in AS_IN_THE_SEED:
                editor.answers(section.fields[key], AS_IN_THE_SEED[key])
        editor.presses("Enregistrer et")
    assert editor.path == f"{walk.hub}/verifier"


def the_deposit_is_blocked_with_all_that_is_missing(walk):
    missing = [each.message for each in deposit_gaps(CALL, AS_IN_THE_SEED)]
    assert walk.editor.reads_list(".errors li") == [plain(each) for each in missing]
    assert "Le dépôt revient au signataire" in walk.editor.reads()
    walk.signatory.opens(f"{walk.hub}/verifier")
    assert walk.signatory.reads_list(".errors li") == [plain(each) for each in missing]
    assert walk.signatory.page.get_by_role("button", name="Déposer le dossier").count() == 0
    walk.editor.opens(walk.hub)
    draft = walk.editor.downloads("Présentation synthétique du projet")
    assert "Brouillon, non déposé" in " ".join(lines(draft))


def what_blocks_is_mended(walk):
    editor, hub = walk.editor, walk.hub
    for section, keys in MENDED:
        editor.opens(f"{hub}/rubriques/{section}")
        for key in keys:
            editor.answers(CALL.form.fields.get(key) or CALL.form.justifications[key], SEMIS[key])
        editor.presses("Enregistrer et")


def the_signatory_certifies_and_deposits(walk):
    signatory = walk.signatory
    signatory.opens(f"{walk.hub}/verifier")
    assert "Rien n’empêche le dépôt" in signatory.reads()
    signatory.page.get_by_label("Je certifie que les réponses sont exactes").check()
    signatory.presses("Déposer le dossier")
    assert signatory.path == f"{walk.hub}/accuse-de-reception"
    assert walk.reference in signatory.reads()
    assert "deux mois" in signatory.reads()
    assert "16 novembre 2026 à 13 h 00" in " ".join(lines(signatory.downloads("Accusé")))


def the_officer_drafts_and_asks_for_a_completion(walk):
    officer = walk.ddcs_officer
    officer.signs_in("ddcs17-officer@example.org")
    assert officer.path == "/instruction"
    officer.follows("Projet d’Insertion sociale")
    assert officer.path == walk.review
    form = CALL.opinions["department"].form
    officer.answers(form.fields["opinion"], "À revoir avec le calendrier.")
    officer.presses("Enregistrer le projet")
    assert "Projet d’avis enregistré" in officer.reads()
    officer.follows("Demander un complément")
    officer.fills(pieces="Préciser l’échéancier : quand les 30 ménages seront-ils suivis ?")
    officer.presses("Demander un complément")
    assert (officer.status, officer.reads_list("#errors li")) == (
        422,
        ["À compléter au plus tard le : à renseigner"],
    )
    officer.fills(due="26/11/2026")
    officer.presses("Demander un complément")
    assert "Complément demandé" in officer.reads()


def the_landlord_completes(walk):
    walk.editor.opens(walk.hub)
    assert "quand les 30 ménages seront-ils suivis ?" in walk.editor.reads()
    walk.editor.follows("Inscription de la démarche dans la durée")
    walk.editor.answers(CALL.form.fields["schedule"], COMPLETED)
    walk.editor.presses("Enregistrer et vérifier")
    walk.signatory.opens(f"{walk.hub}/verifier")
    walk.signatory.page.get_by_label("Je certifie que les réponses sont exactes").check()
    walk.signatory.presses("Déposer les compléments")
    assert "Accusé de la version 1" in walk.signatory.reads()


def the_head_gives_the_department_s_opinion(walk):
    form = CALL.opinions["department"].form
    walk.ddcs_officer.opens(walk.review)
    assert "Le dossier a changé depuis votre projet" in walk.ddcs_officer.reads()
    for key, value in OPINION.items():
        walk.ddcs_officer.answers(form.fields[key], value)
    walk.ddcs_officer.presses("Enregistrer le projet")
    assert walk.ddcs_officer.page.get_by_role("button", name="Relire et rendre").count() == 0
    walk.ddcs_head.signs_in("ddcs17-head@example.org")
    walk.ddcs_head.opens(walk.review)
    walk.ddcs_head.presses("Relire et rendre l’avis…")
    walk.ddcs_head.presses("Rendre l’avis départemental")
    assert "Avis départemental rendu." in walk.ddcs_head.reads()
    applicant = answers(walk.applicants_paper())
    assert applicant[LABELS[24]] == COMPLETED
    assert not any(OPINION["opinion"] in text for text in applicant.values())


def the_region_returns_it_and_the_department_gives_it_again(walk):
    officer, head = walk.dreal_officer, walk.ddcs_head
    officer.signs_in("dreal54-officer@example.org")
    officer.opens(walk.review)
    assert OPINION["opinion"] in officer.reads()
    officer.follows("Renvoyer au département")
    officer.fills(comment="Dites pour quand la convention sera signée.")
    officer.presses("Renvoyer au département")
    head.opens(walk.review)
    assert "Dites pour quand la convention sera signée." in head.reads()
    head.answers(CALL.opinions["department"].form.fields["conditions"], TAKEN_UP)
    head.presses("Relire et rendre l’avis…")
    head.presses("Rendre l’avis départemental")


def an_unfavourable_opinion_without_reason_is_refused(walk):
    head = walk.dreal_head
    head.signs_in("dreal54-head@example.org")
    head.opens(walk.review)
    head.fills(verdict="unfavourable")
    head.presses("Relire et rendre l’avis…")
    head.presses("Rendre l’avis régional")
    assert head.status == 422
    assert head.reads_list("#errors li") == [
        "Texte de l’avis (DREAL en collaboration avec DRJSCS) : à renseigner"
    ]
    assert head.page.locator('[name="verdict"][value="unfavourable"]').is_checked()


def the_region_s_opinion_is_given(walk):
    contributor, head = walk.drjscs_officer, walk.dreal_head
    contributor.signs_in("drjscs54-officer@example.org")
    contributor.opens(walk.review)
    contributor.answers(CALL.opinions["region"].form.fields["text"], CONTRIBUTION)
    contributor.presses("Enregistrer le projet")
    head.opens(walk.review)
    assert CONTRIBUTION in head.page.locator('[name="text"]').input_value()
    head.fills(verdict="favourable")
    head.presses("Relire et rendre l’avis…")
    head.presses("Rendre l’avis régional")
    assert "Avis régional rendu." in head.reads()


def the_decision_is_taken_and_notified(walk):
    head = walk.dreal_head
    head.follows("Enregistrer la décision")
    head.fills(outcome="selected", amount="20 000 €", conditions="Un bilan chaque année.")
    head.presses("Enregistrer la décision")
    applicant = " ".join(answers(walk.applicants_paper()).values())
    assert not any(text in applicant for text in SAID_BY_SERVICES)
    assert all(text in " ".join(lines(head.downloads("Présentation"))) for text in SAID_BY_SERVICES)
    head.follows("Notifier la décision")
    assert "Un bilan chaque année." in head.reads()
    head.presses("Notifier la décision")
    assert "Décision notifiée." in head.reads()


def the_landlord_reads_the_decision_and_its_document(walk):
    editor = walk.editor
    follows_the_mail(editor, "redaction@semis.example", walk.hub)
    editor.follows("Lire la décision et les voies de recours")
    page = editor.reads()
    assert "Décision : Retenu" in page
    assert all(text in page for text in ("20 000 €", "Un bilan chaque année.", *SAID_BY_SERVICES))
    paper = editor.downloads("Présentation synthétique du projet")
    printed = {label: text.replace(THIN_SPACE, " ") for label, text in answers(paper).items()}
    printed[LABELS[-1]], _, decision = printed[LABELS[-1]].partition("\nDécision\n")
    assert "Montant attribué : 20 000 €" in decision
    assert printed == dict(zip(LABELS, NOTIFIED, strict=True))
    editor.follows("Historique du dossier")
    assert "Dossier créé" in editor.reads()
