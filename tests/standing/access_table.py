"""Who gets what answer from every route. Written by hand, so that a mistake elsewhere shows.

An answer is a status, « login » (signed out, sent to sign in), or « → /path » (sent there).
`{names}` in a path are those of `tests.standing.access_world.Walked.names`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

#: By state of the dossier; « otherwise » for those not named.
ByState = Mapping[str, str]
Answers = Mapping[str, str | ByState]

STATES = (
    "draft",
    "submitted",
    "incomplete",
    "department_given",
    "returned",
    "region_given",
    "decided",
    "notified",
    "waiting_list",  # notified too; the one act that leaves a notified dossier starts here
    "inadmissible",
    "withdrawn",
)

#: The dossiers are those of SEMIS, in Charente-Maritime (17), Poitou-Charentes (54).
GROUPS = {
    "own": ("editor", "signatory"),
    "applicants": ("editor", "signatory", "stranger"),
    #: Those who see the dossiers once deposited, and not as applicants.
    "ours": (
        "ddcs17_officer",
        "ddcs17_head",
        "ddcs17_stand_in",
        "dreal_officer",
        "dreal_head",
        "drjscs_officer",
        "call_manager",
    ),
    "ddcs17": ("ddcs17_officer", "ddcs17_head", "ddcs17_stand_in"),
    "agents": (
        "ddcs17_officer",
        "ddcs17_head",
        "ddcs17_stand_in",
        "ddcs16_officer",
        "ddcs16_head",
        "dreal_officer",
        "dreal_head",
        "drjscs_officer",
        "elsewhere_head",
    ),
    "managers": ("call_manager", "other_manager"),
    #: `bystander` has an account and belongs nowhere.
    "everybody": (
        "editor",
        "signatory",
        "stranger",
        "bystander",
        "ddcs17_officer",
        "ddcs17_head",
        "ddcs17_stand_in",
        "ddcs16_officer",
        "ddcs16_head",
        "dreal_officer",
        "dreal_head",
        "drjscs_officer",
        "elsewhere_head",
        "call_manager",
        "other_manager",
    ),
}
PEOPLE = ("anonymous", *GROUPS["everybody"])
#: Those who hold the roles of somebody else of the table, or as few: a sample of states tells them.
RESEMBLING = {"bystander", "ddcs17_stand_in", "ddcs16_officer", "elsewhere_head", "other_manager"}
#: A draft, and one in which each audience has something to do.
SAMPLE = {"", "draft", "submitted", "notified"}


@dataclass(frozen=True)
class Line:
    """One method of one route. `at` fills the address, `sent` the form, `asked` follows the « ? »;
    they may hold {names}."""

    route: str
    answers: Answers
    at: Mapping[str, str] = field(default_factory=dict)
    sent: Mapping[str, str] = field(default_factory=dict)
    asked: str = ""

    @property
    def method(self) -> str:
        return self.route.split()[0]

    @property
    def rule(self) -> str:
        return self.route.split()[1]

    @property
    def on_dossiers(self) -> bool:
        """Walked once for each state."""
        return "<reference>" in self.rule and "reference" not in self.at

    def answer(self, person: str, state: str = "") -> str:
        """The first group that holds the person decides; who is not signed in must, by default."""
        for names, answer in self.answers.items():
            if any(person in (name, *GROUPS.get(name, ())) for name in names.split()):
                found = answer
                break
        else:
            found = "login" if person == "anonymous" else self.answers["others"]
        if isinstance(found, str):
            return found
        states = {each: said for names, said in found.items() for each in names.split()}
        return states.get(state) or states["otherwise"]


def deposited(answer: str) -> ByState:
    """Drafts do not exist for services and managers."""
    return {"draft": "404", "otherwise": answer}


EVERYBODY_READS: Answers = {"anonymous everybody": "200"}
SIGNED_IN_READ: Answers = {"everybody": "200"}
#: Pages that only applicants have; another's dossier does not exist for them.
APPLICANTS_OWN: Answers = {"own": "200", "stranger": "404", "others": "403"}
RECEIPT: Answers = {"own": deposited("200"), "stranger": "404", "others": "403"}
PAPER_RECEIPT: Answers = {"own ours": deposited("200"), "others": "404"}
SERVICES_READ: Answers = {"ours": deposited("200"), "others": "404"}
MANAGERS_READ: Answers = {"managers": "200", "others": "403"}
#: A call that others manage does not exist either.
MANAGES_HLM: Answers = {"call_manager": "200", "other_manager": "404", "others": "403"}
NO_HEARING: Answers = {"managers": "404", "others": "403"}
AN_INVITATION = {"email": "nouvelle@example.org"}
#: In preparation.
COMING = {"slug": "appel-suivant"}
PROPOSED = {"number": "{proposal}"}
TO_READ = {"number": "{conversion}"}
OF_RECEIPT = {"paper": "accuse-de-reception"}

PUBLIC = [
    Line("GET /static/<path:filename>", EVERYBODY_READS, {"filename": "grants.css"}),
    Line("GET /static/<path:filename>", {"anonymous everybody": "404"}, {"filename": "../app.py"}),
    Line("GET /", {"anonymous everybody": "→ /appels"}),
    Line("GET /accessibilite", EVERYBODY_READS),
    Line("GET /contact", EVERYBODY_READS),
    Line("GET /verifier", EVERYBODY_READS),
    Line(
        "GET /verifier",
        {"anonymous everybody": "→ /verifier/0000-0000-0000-0000"},
        asked="code=0000000000000000",
    ),
    # Whatever is typed, a code of ours or none: the same page.
    Line("GET /verifier/<code>", {"anonymous everybody": "404"}, {"code": "0000-0000-0000-0000"}),
    Line("GET /verifier/<code>", {"anonymous everybody": "404"}, {"code": "rien"}),
    Line("POST /verifier", {"anonymous everybody": "422"}),
    # The demonstration's outbox exists in a demonstration alone.
    Line("GET /demonstration/courriels", {"anonymous everybody": "404"}),
    Line("GET /appels", EVERYBODY_READS),
    Line("GET /appels/<slug>", EVERYBODY_READS),
    Line("GET /appels/<slug>/formulaire.docx", EVERYBODY_READS),
    Line("GET /appels/<slug>/preparer", EVERYBODY_READS),
    # This call asks no criteria.
    Line("GET /appels/<slug>/criteres", {"anonymous everybody": "404"}),
    Line("POST /appels/<slug>/criteres", {"anonymous everybody": "404"}),
    Line("GET /participations/<token>", {"anonymous everybody": "404"}, {"token": "unknown"}),
    # A call in preparation is its managers' alone.
    Line("GET /appels/<slug>", {"other_manager": "200", "anonymous everybody": "404"}, COMING),
    Line(
        "GET /appels/<slug>/formulaire.docx",
        {"other_manager": "200", "anonymous everybody": "404"},
        COMING,
    ),
    Line("GET /appels/<slug>/preparer", {"anonymous everybody": "404"}, COMING),
]

APPLICANT = [
    Line(
        "POST /appels/<slug>/preparer",
        {"own": "→ /dossiers/{next_reference}", "others": "404"},
        sent={"organisation": "{semis}", "another": "yes"},
    ),
    Line(
        "POST /appels/<slug>/preparer",
        {"own": "409", "others": "404"},  # a draft stands: it is offered first
        sent={"organisation": "{semis}"},
    ),
    Line("POST /appels/<slug>/preparer", {"others": "404"}, COMING, {"organisation": "{semis}"}),
    Line("GET /communes", SIGNED_IN_READ),
    Line("GET /mes-dossiers", {"applicants": "200", "others": "403"}),
    Line(
        "GET /dossiers/<reference>",
        {"own": "200", "ours": deposited("→ /instruction/{reference}"), "others": "404"},
    ),
    Line("GET /dossiers/<reference>", {"others": "404"}, {"reference": "HLM14-9999"}),
    Line("GET /dossiers/<reference>/verifier", APPLICANTS_OWN),
    Line("GET /dossiers/<reference>/historique", APPLICANTS_OWN),
    Line(
        "GET /dossiers/<reference>/supprimer",
        {"own": {"draft": "200", "otherwise": "409"}, "stranger": "404", "others": "403"},
    ),
    Line(
        "POST /dossiers/<reference>/supprimer",
        {
            "own": {"draft": "→ /mes-dossiers", "otherwise": "409"},
            "stranger": "404",
            "others": "403",
        },
    ),
    Line(
        "GET /dossiers/<reference>/nouveau-formulaire",
        {
            "own": {"draft": "→ /dossiers/{reference}", "otherwise": "409"},
            "stranger": "404",
            "others": "403",
        },
    ),
    Line(
        "POST /dossiers/<reference>/nouveau-formulaire",
        {
            "own": {"draft": "→ /dossiers/{reference}", "otherwise": "409"},
            "stranger": "404",
            "others": "403",
        },
    ),
    Line("GET /dossiers/<reference>/reponses", APPLICANTS_OWN),
    Line("GET /dossiers/<reference>/rubriques/<key>", APPLICANTS_OWN, {"key": "project"}),
    Line(
        "GET /dossiers/<reference>/rubriques/<key>",
        {"applicants": "404", "others": "403"},
        {"key": "nowhere"},
    ),
    Line(
        "POST /dossiers/<reference>/rubriques/<key>",
        {
            "own": {
                "draft incomplete": "→ /dossiers/{reference}/rubriques/public",
                "otherwise": "409",
            },
            "stranger": "404",
            "others": "403",
        },
        {"key": "project"},
        {"project_name": "Autre projet", "project_name-revision": "{token}", "_next": "next"},
    ),
    Line(
        "POST /dossiers/<reference>/reponses/<key>",
        {
            "own": {"draft incomplete": "200", "otherwise": "409"},
            "stranger": "404",
            "others": "403",
        },
        {"key": "project_name"},
        {"project_name": "Autre", "project_name-revision": "{token}", "_author": "{me}"},
    ),
    Line(
        "POST /dossiers/<reference>/reponses/<key>",  # a page that another person had opened
        {"own": "400", "stranger": "404", "others": "403"},
        {"key": "project_name"},
        {"project_name": "Autre", "project_name-revision": "{token}", "_author": "0"},
    ),
    # No question of this call takes files.
    Line(
        "POST /dossiers/<reference>/pieces/<key>",
        {"applicants": "404", "others": "403"},
        {"key": "project_name"},
    ),
    # This call is for one organisation alone.
    Line(
        "GET /dossiers/<reference>/organismes/<key>",
        {"applicants": "404", "others": "403"},
        {"key": "evaluator"},
    ),
    Line(
        "POST /dossiers/<reference>/organismes/<key>",
        {"applicants": "404", "others": "403"},
        {"key": "evaluator"},
    ),
    Line(
        "POST /dossiers/<reference>/organismes/<key>/retirer",
        {"applicants": "404", "others": "403"},
        {"key": "evaluator"},
    ),
    Line("POST /participations/<token>", {"others": "404"}, {"token": "unknown"}),
    Line("GET /dossiers/<reference>/accuse-de-reception", RECEIPT),
    Line("GET /dossiers/<reference>/accuse-de-reception/<int:number>", RECEIPT, {"number": "1"}),
    Line(
        "GET /dossiers/<reference>/accuse-de-reception/<int:number>",
        {"applicants": "404", "others": "403"},
        {"number": "9"},
    ),
    Line(
        "GET /dossiers/<reference>/decision",
        {
            "own": {"notified waiting_list": "200", "otherwise": "404"},
            "stranger": "404",
            "others": "403",
        },
    ),
]

#: Where filled files are sent: refused at the field when none comes.
READS_FILES: Answers = {"own": {"draft incomplete": "200", "otherwise": "409"}, "stranger": "404"}
DRAFTS_OPINION: Answers = {
    "ddcs17": {"draft": "404", "submitted returned": "200", "otherwise": "409"},
    "ours": deposited("403"),
    "others": "404",
}

PROPOSALS = [
    Line("GET /appels/<slug>/importer", SIGNED_IN_READ),
    Line("GET /appels/<slug>/importer", {"others": "404"}, COMING),
    Line(
        "POST /appels/<slug>/importer",
        {"own": "422", "others": "404"},
        sent={"organisation": "{semis}"},
    ),
    Line("GET /dossiers/<reference>/importer", READS_FILES | {"others": "403"}),
    Line(
        "POST /dossiers/<reference>/importer",
        {
            "own": {"draft incomplete": "422", "otherwise": "409"},
            "stranger": "404",
            "others": "403",
        },
    ),
    Line(
        "GET /instruction/<reference>/avis/<opinion>/importer",
        DRAFTS_OPINION,
        {"opinion": "department"},
    ),
    Line(
        "GET /instruction/<reference>/avis/<opinion>/importer",
        {"others": "404"},
        {"opinion": "nowhere"},
    ),
    Line(
        "POST /instruction/<reference>/avis/<opinion>/importer",
        {
            "ddcs17": {"draft": "404", "submitted returned": "422", "otherwise": "409"},
            "ours": deposited("403"),
            "others": "404",
        },
        {"opinion": "department"},
    ),
    # What was read in a file is its sender's alone.
    Line("GET /propositions/<int:number>", {"editor": "200", "others": "404"}, PROPOSED),
    Line(
        "POST /propositions/<int:number>",
        {"editor": "→ /dossiers/{next_reference}", "others": "404"},
        PROPOSED,
        {"take-project_name": "file"},
    ),
    Line(
        "POST /propositions/<int:number>/abandonner",
        {"editor": "→ /appels/hlm-accompagnes/importer", "others": "404"},
        PROPOSED,
    ),
]

#: Answers alike with and without LibreOffice.
OFFICE = [
    Line("GET /dossiers/<reference>/pdf-du-word/<paper>", PAPER_RECEIPT, OF_RECEIPT),
    Line(
        "GET /dossiers/<reference>/pdf-du-word/<paper>",
        {"others": "404"},
        {"paper": "autre", "reference": "{submitted}"},
    ),
    Line(
        "POST /dossiers/<reference>/pdf-du-word/<paper>",
        {"own ours": "→ /dossiers/{submitted}/pdf-du-word/accuse-de-reception", "others": "404"},
        OF_RECEIPT | {"reference": "{submitted}"},
    ),
    Line(
        "GET /dossiers/<reference>/pdf-du-word/<paper>/fichier.pdf",
        {"others": "404"},
        OF_RECEIPT | {"reference": "{submitted}"},
    ),
    # A file that waits to be read is its sender's alone.
    Line("GET /conversions/<int:number>", {"editor": "200", "others": "404"}, TO_READ),
    Line(
        "POST /conversions/<int:number>",
        {"editor": "→ /conversions/{conversion}", "others": "404"},
        TO_READ,
    ),
    Line(
        "POST /conversions/<int:number>/abandonner",
        {"editor": "→ /appels/hlm-accompagnes/importer", "others": "404"},
        TO_READ,
    ),
]

PAPERS = [
    Line(
        "GET /dossiers/<reference>/accuse-de-reception.<any(docx,pdf):extension>",
        PAPER_RECEIPT,
        {"extension": "docx"},
    ),
    Line(
        "GET /dossiers/<reference>/accuse-de-reception/<int:number>.<any(docx,pdf):extension>",
        PAPER_RECEIPT,
        {"number": "1", "extension": "pdf"},
    ),
    Line(
        "GET /dossiers/<reference>/presentation.docx",
        {"own": "200", "ours": deposited("200"), "others": "404"},
    ),
    Line(
        "GET /dossiers/<reference>/presentation.docx",
        {"own ours": deposited("200"), "others": "404"},
        asked="version=1",
    ),
    Line(
        "GET /dossiers/<reference>/presentation.pdf",
        {"own": "200", "ours": deposited("200"), "others": "404"},
    ),
    Line(
        "GET /dossiers/<reference>/pieces/<key>/<int:number>",
        {"others": "404"},
        {"key": "project_name", "number": "1"},
    ),
    Line(
        "GET /dossiers/<reference>/lettre-de-notification.<any(docx,pdf):extension>",
        {"own ours": {"notified waiting_list": "200", "otherwise": "404"}, "others": "404"},
        {"extension": "pdf"},
    ),
    # This call keeps no minutes: see tests/web/test_minutes.py.
    Line(
        "GET /instruction/<reference>/releve-de-seance.<any(docx,pdf):extension>",
        {"others": "404"},
        {"extension": "docx"},
    ),
    Line("GET /instruction/<reference>/pieces", {"others": "404"}),
    # What the applicant writes between two deposits is the applicant's.
    Line(
        "GET /dossiers/<reference>/presentation.docx",
        {"own": "200", "others": "404"},
        asked="version=brouillon",
    ),
]

CASEWORK = [
    Line("GET /instruction", {"agents": "200", "others": "403"}),
    Line("GET /instruction/comparer", {"agents": "→ /instruction", "others": "403"}),
    Line(
        "GET /instruction/comparer",
        {
            "ddcs17 dreal_officer dreal_head drjscs_officer": "200",
            "agents": "404",
            "others": "403",
        },
        asked="ref={submitted}&ref={notified}",
    ),
    Line(
        "GET /instruction/comparer",
        {"agents": "404", "others": "403"},
        asked="ref={submitted}&ref={draft}",
    ),
    Line("GET /instruction/<reference>", SERVICES_READ),
    Line("GET /instruction/<reference>/historique", SERVICES_READ),
    Line(
        "POST /instruction/<reference>/avis/<opinion>",
        {
            "ddcs17": {
                "draft": "404",
                "submitted returned": "→ /instruction/{reference}",
                "otherwise": "409",
            },
            "ours": deposited("403"),
            "others": "404",
        },
        {"opinion": "department"},
        {"opinion": "Un avis.", "revision": "{revision}"},
    ),
    Line(
        "POST /instruction/<reference>/avis/<opinion>",
        {
            "dreal_officer dreal_head drjscs_officer": {
                "draft": "404",
                "department_given": "→ /instruction/{reference}",
                "otherwise": "409",
            },
            "ours": deposited("403"),
            "others": "404",
        },
        {"opinion": "region"},
        {"verdict": "favourable", "revision": "{revision}"},
    ),
    # This call scores nothing: see tests/web/test_casework_parallel.py.
    Line("POST /instruction/<reference>/grilles/<grid>", {"others": "404"}, {"grid": "project"}),
]

ADMINISTRATION = [
    Line("GET /gestion/appels", MANAGERS_READ),
    Line("GET /gestion/appels/deposer", MANAGERS_READ),
    Line("POST /gestion/appels/deposer", {"managers": "422", "others": "403"}),
    Line(
        "POST /gestion/appels/deposer",
        {
            "call_manager": "→ /gestion/appels/hlm-accompagnes",
            "other_manager": "409",
            "others": "403",
        },
        sent={"text": "{hlm_file}", "action": "import", "replaces": "1"},
    ),
    Line(
        "GET /gestion/appels/deposer",
        MANAGES_HLM,
        asked="appel=hlm-accompagnes",
    ),
    Line("GET /gestion/courriels", MANAGERS_READ),
    Line(
        "POST /gestion/courriels/<int:mail_id>/renvoyer",
        {"call_manager": "→ /gestion/courriels", "other_manager": "404", "others": "403"},
        {"mail_id": "{failed_mail}"},
    ),
    Line("GET /gestion/appels/<slug>", MANAGES_HLM),
    Line(
        "GET /gestion/appels/<slug>", {"managers": "404", "others": "403"}, {"slug": "nulle-part"}
    ),
    Line("GET /gestion/appels/<slug>/dossiers", MANAGES_HLM),
    Line("GET /gestion/appels/<slug>/fichier.yaml", MANAGES_HLM),
    Line("GET /gestion/appels/<slug>/calendrier", MANAGES_HLM),
    Line(
        "POST /gestion/appels/<slug>/calendrier",  # without the dates that were shown
        {"call_manager": "409", "other_manager": "404", "others": "403"},
    ),
    Line(
        "POST /gestion/appels/<slug>/calendrier",
        {
            "call_manager": "→ /gestion/appels/hlm-accompagnes",
            "other_manager": "404",
            "others": "403",
        },
        sent={
            "known": "{dates}",
            "opens_on": "06/11/2026",
            "opens_at": "12:00",
            "closes_on": "20/12/2026",
            "closes_at": "23:59",
            "confirmed": "yes",
        },
    ),
    # This call hears nobody: see tests/web/test_administration_hearings.py.
    *(
        Line(f"{method} /gestion/appels/<slug>/auditions{page}", NO_HEARING, {"slot_id": "1"})
        for method, page in (
            ("GET", ""),
            ("POST", ""),
            ("GET", "/journee"),
            ("GET", "/<int:slot_id>"),
            ("POST", "/<int:slot_id>/retirer"),
            ("POST", "/<int:slot_id>/liberer"),
            ("POST", "/<int:slot_id>/deplacer"),
        )
    ),
    Line("GET /gestion/appels/<slug>/clore", MANAGES_HLM),
    Line(
        "POST /gestion/appels/<slug>/clore",
        {
            "call_manager": "→ /gestion/appels/hlm-accompagnes",
            "other_manager": "404",
            "others": "403",
        },
    ),
    Line(
        "POST /gestion/appels/<slug>/bac-a-sable",
        {"call_manager": "→ /essai/…/essayer", "other_manager": "404", "others": "403"},
    ),
    Line("POST /gestion/bacs-a-sable", {"managers": "409", "others": "403"}),
    Line(
        "POST /gestion/bacs-a-sable/<token>/effacer",
        {"managers": "404", "others": "403"},
        {"token": "0" * 32},
    ),
    Line(
        "POST /gestion/appels/<slug>/ouvrir",  # it is open already
        {"call_manager": "409", "other_manager": "404", "others": "403"},
    ),
    Line(
        "POST /gestion/appels/<slug>/ouvrir",
        {
            "other_manager": "→ /gestion/appels/appel-suivant",
            "call_manager": "404",
            "others": "403",
        },
        COMING,
    ),
]

ACCOUNT = [
    Line("GET /compte", SIGNED_IN_READ),
    Line(
        "GET /compte/accueil",
        {
            "agents": "→ /instruction",
            "applicants": "→ /mes-dossiers",
            "managers": "→ /gestion/appels",
            "others": "→ /appels",
        },
    ),
    Line("GET /compte/double-authentification", SIGNED_IN_READ),
    Line("GET /compte/organisme", {"applicants": "200", "others": "403"}),
    Line(
        "GET /compte/organisme/<int:organisation_id>",
        {"own": "200", "stranger": "404", "others": "403"},
        {"organisation_id": "{semis}"},
    ),
    Line(
        "POST /compte/organisme/<int:organisation_id>",
        {
            "signatory": "→ /compte/organisme/{semis}",
            "stranger": "404",
            "others": "403",
        },
        {"organisation_id": "{semis}"},
        {**AN_INVITATION, "capacity": "editor"},
    ),
    Line(
        "POST /compte/membres/<int:membership_id>/role",
        {"signatory": "→ /compte/organisme/{semis}", "stranger": "404", "others": "403"},
        {"membership_id": "{editor_membership}"},
        {"capacity": "signatory"},
    ),
    Line(
        "POST /compte/membres/<int:membership_id>/retirer",
        {
            "signatory": "→ /compte/organisme/{semis}",
            "editor": "→ /compte/accueil",
            "stranger": "404",
            "others": "403",
        },
        {"membership_id": "{editor_membership}"},
    ),
    Line(
        "POST /compte/membres/<int:membership_id>/retirer",
        # The last signatory stays.
        {"signatory": "409", "editor": "403", "stranger": "404", "others": "403"},
        {"membership_id": "{signatory_membership}"},
    ),
    Line(
        "POST /compte/invitations/<int:invitation_id>/annuler",
        {"signatory": "→ /compte/organisme/{semis}", "editor": "403", "others": "404"},
        {"invitation_id": "{semis_invitation}"},
    ),
    Line(
        "POST /compte/invitations/<int:invitation_id>/annuler",
        {"ddcs17_head": "→ /compte/service/{ddcs17}", "ddcs17": "403", "others": "404"},
        {"invitation_id": "{ddcs17_invitation}"},
    ),
    Line("GET /compte/service", {"agents": "200", "others": "403"}),
    Line(
        "GET /compte/service/<int:service_id>",
        {"ddcs17": "200", "agents": "404", "others": "403"},
        {"service_id": "{ddcs17}"},
    ),
    Line(
        "POST /compte/service/<int:service_id>",
        {
            "ddcs17_head": "→ /compte/service/{ddcs17}",
            # Standing in for the head is not ruling the team.
            "ddcs17": "403",
            "agents": "404",
            "others": "403",
        },
        {"service_id": "{ddcs17}"},
        {**AN_INVITATION, "capacity": "officer"},
    ),
    Line(
        "POST /compte/agents/<int:membership_id>/role",
        {
            "ddcs17_head": "→ /compte/service/{ddcs17}",
            "ddcs17": "403",
            "agents": "404",
            "others": "403",
        },
        {"membership_id": "{officer_membership}"},
        {"capacity": "head"},
    ),
    Line(
        "POST /compte/agents/<int:membership_id>/retirer",
        {
            "ddcs17_head": "→ /compte/service/{ddcs17}",
            "ddcs17_officer": "→ /compte/accueil",
            "ddcs17": "403",
            "agents": "404",
            "others": "403",
        },
        {"membership_id": "{officer_membership}"},
    ),
    Line(
        "GET /compte/service/<int:service_id>/suppleance",
        {"ddcs17": "→ /compte/service/{ddcs17}", "agents": "404", "others": "403"},
        {"service_id": "{ddcs17}"},
    ),
    Line(
        "POST /compte/service/<int:service_id>/suppleance",
        {
            "ddcs17_head": "→ /compte/service/{ddcs17}",
            "ddcs17": "403",
            "agents": "404",
            "others": "403",
        },
        {"service_id": "{ddcs17}"},
        {"user": "{officer}", "starts_on": "2026-11-20", "ends_on": "2026-11-22"},
    ),
    Line(
        "POST /compte/suppleances/<int:stand_in_id>/terminer",
        {
            "ddcs17_head": "→ /compte/service/{ddcs17}",
            "ddcs17": "403",
            "agents": "404",
            "others": "403",
        },
        {"stand_in_id": "{stand_in}"},
    ),
]

#: Signing in and out, passwords, the second factor. Forms are sent empty: they come back.
SIGNING_IN = [
    Line("GET /inscription", {"anonymous": "200", "others": "→ /compte/accueil"}),
    Line("POST /inscription", {"anonymous": "200", "others": "→ /compte/accueil"}),
    Line("GET /inscription/courriel", EVERYBODY_READS),
    Line("GET /inscription/confirmer/<token>", {"anonymous everybody": "404"}, {"token": "faux"}),
    Line("POST /inscription/confirmer/<token>", {"anonymous everybody": "404"}, {"token": "faux"}),
    Line("GET /invitations/<token>", {"anonymous everybody": "404"}, {"token": "faux"}),
    Line("POST /invitations/<token>", {"anonymous everybody": "404"}, {"token": "faux"}),
    Line("GET /invitations/<token>", EVERYBODY_READS, {"token": "{invitation_token}"}),
    # Whoever was not invited reads who was, and joins nothing.
    Line("POST /invitations/<token>", EVERYBODY_READS, {"token": "{invitation_token}"}),
    Line("GET /connexion", {"anonymous": "200", "others": "→ /compte/accueil"}),
    Line("POST /connexion", {"anonymous": "200", "others": "→ /compte/accueil"}),
    Line("GET /connexion/code", {"anonymous": "login", "others": "→ /compte/accueil"}),
    Line("POST /connexion/code", {"anonymous": "login", "others": "→ /compte/accueil"}),
    Line("GET /connexion/code-de-secours", {"anonymous": "login", "others": "→ /compte/accueil"}),
    Line("POST /connexion/code-de-secours", {"anonymous": "login", "others": "→ /compte/accueil"}),
    Line("GET /connexion/telephone-perdu", EVERYBODY_READS),
    Line("POST /deconnexion", {"everybody": "→ /"}),
    Line("GET /mot-de-passe-oublie", EVERYBODY_READS),
    Line("POST /mot-de-passe-oublie", EVERYBODY_READS),
    Line(
        "GET /mot-de-passe-oublie/<token>",
        {"anonymous everybody": "→ /mot-de-passe-oublie"},
        {"token": "faux"},
    ),
    Line(
        "POST /mot-de-passe-oublie/<token>",
        {"anonymous everybody": "→ /mot-de-passe-oublie"},
        {"token": "faux"},
    ),
    Line("GET /compte/mot-de-passe", SIGNED_IN_READ),
    Line("POST /compte/mot-de-passe", SIGNED_IN_READ),
    Line("GET /compte/verification", SIGNED_IN_READ),
    Line("POST /compte/verification", SIGNED_IN_READ),
    Line("GET /compte/double-authentification/application", SIGNED_IN_READ),
    Line("POST /compte/double-authentification/application", SIGNED_IN_READ),
    Line("GET /compte/codes-de-secours", SIGNED_IN_READ),
    Line("POST /compte/codes-de-secours", SIGNED_IN_READ),
]

LINES = [
    *PUBLIC,
    *APPLICANT,
    *PROPOSALS,
    *OFFICE,
    *PAPERS,
    *CASEWORK,
    *ADMINISTRATION,
    *ACCOUNT,
    *SIGNING_IN,
]

#: The two routes that the table of acts below speaks for.
ACT_ROUTES = (
    "GET /dossiers/<reference>/actes/<trigger>",
    "POST /dossiers/<reference>/actes/<trigger>",
)

_DDCS17_HEAD = {
    "submitted": "request_completion declare_inadmissible give_department_opinion",
    "incomplete": "extend_completion declare_inadmissible",
    "returned": "request_completion declare_inadmissible give_department_opinion",
}
#: What each person may do to a dossier in each state; nothing else, and the others nothing at all.
ACTS: Mapping[str, Mapping[str, str]] = {
    "signatory": {
        "draft": "submit",
        "submitted": "withdraw",
        "incomplete": "resubmit withdraw",
        "department_given": "withdraw",
        "returned": "withdraw",
        "region_given": "withdraw",
    },
    "ddcs17_officer": {
        "submitted": "request_completion",
        "incomplete": "extend_completion",
        "returned": "request_completion",
    },
    "ddcs17_head": _DDCS17_HEAD,
    "ddcs17_stand_in": _DDCS17_HEAD,
    "dreal_officer": {"department_given": "return_to_department"},
    "dreal_head": {
        "department_given": "return_to_department give_region_opinion",
        "region_given": "decide",
        "decided": "correct_decision notify",
        "waiting_list": "promote",
    },
}
TRIGGERS = (
    "submit",
    "request_completion",
    "extend_completion",
    "resubmit",
    "declare_inadmissible",
    "give_department_opinion",
    "return_to_department",
    "give_region_opinion",
    "decide",
    "correct_decision",
    "notify",
    "promote",
    "withdraw",
)
#: (state, act): the state is right, the act's guard is not met. The page of the act is refused as
#: at another time; its form comes back with the reason, and what was typed.
GUARDED = {("notified", "promote")}
SEES_DRAFTS = GROUPS["own"]
SEES_DEPOSITED = (*GROUPS["own"], *GROUPS["ours"])


def may_act(person: str, state: str, trigger: str) -> bool:
    return trigger in ACTS.get(person, {}).get(state, "").split()


def act_answer(person: str, state: str, trigger: str) -> str:
    """« done »; 404 unseen; 403 for an act of others; 409 for one's own at another time."""
    if person == "anonymous":
        return "login"
    if person not in (SEES_DRAFTS if state == "draft" else SEES_DEPOSITED):
        return "404"
    if may_act(person, state, trigger):
        return "done"
    own = {each for triggers in ACTS.get(person, {}).values() for each in triggers.split()}
    return "409" if trigger in own else "403"
