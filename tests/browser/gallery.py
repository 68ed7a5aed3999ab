"""A gallery of every component and layout, with invented content, to look at them.

python tests/browser/gallery.py FOLDER
"""

import shutil
import sys
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace as Thing

import wtforms
from jinja2 import ChoiceLoader, Environment, FileSystemLoader
from markupsafe import Markup

from grants.dossiers.scoring import points
from grants.forms import FormDefinition, compile_section, decode_answers
from grants.wording import day, file_size, moment, money, plural

GRANTS = Path(__file__).parents[2] / "grants"
PAGES = Path(__file__).parent / "gallery"

AT = datetime(2014, 5, 18, 20, 14, tzinfo=UTC)

CRITERIA = (
    "Le dispositif aide un ménage à se maintenir dans son logement, ou prévient un échec pressenti "
    "lors de l’attribution.\n\nIl associe le bailleur, le locataire et l’association."
)


def definition(kind: str, key: str, **options: object) -> Thing:
    shown = {"hint": None, "required": True, "required_when": None, "max": None, "unit": None}
    return Thing(type=kind, key=key, **(shown | {"approximate": False} | options))


def field(kind: str, name: str, label: str, value: object = "", **options: object) -> Thing:
    """A stand-in for the fields of grants.forms; `value` is a text or the inputs themselves."""
    states = ("errors", "saved", "request", "conflict", "suggestions", "cell_errors")
    state = {key: options.pop(key) for key in states if key in options}
    inputs = value if isinstance(value, dict) else {name: value}
    parts = definition(kind, name, label=label, **options)
    own = {"errors": (), "revision": 3} | state
    return Thing(name=name, label=Thing(text=label), definition=parts, inputs=inputs, **own)


def fields() -> dict[str, Thing]:
    columns = {
        "financer": definition("text", "financer", label="Financeur"),
        "fund": definition(
            "choice",
            "fund",
            label="Fonds",
            options={"call": "Appel à projets", "avdl": "AVDL (État)", "own": "Fonds propres"},
        ),
        "amount": definition("money", "amount", label="Montant"),
        "status": definition(
            "choice",
            "status",
            label="État",
            options={"granted": "acquis", "pending": "en cours", "requested": "sollicité"},
        ),
    }
    rows = {
        "plan-0-financer": "SEMIS",
        "plan-0-fund": "own",
        "plan-0-amount": "20 000",
        "plan-0-status": "pending",
        "plan-1-financer": "État",
        "plan-1-fund": "avdl",
        "plan-1-amount": "sept mille",
        "plan-1-status": "granted",
        "plan-2-financer": "",
        "plan-2-fund": "",
        "plan-2-amount": "",
        "plan-2-status": "",
    }
    funds = {f"fund_{n}": f"Fonds numéro {n}" for n in range(1, 8)}
    mobilisation = {
        "new": "Création d’une offre nouvelle",
        "adapted": "Aménagement de logement existant",
        "existing": "Mobilisation de logements existants sans aménagement",
        "low_rent": "Reclassement offre existante en offre à bas loyer",
    }
    places = {
        "count": definition("integer", "count", label="Logements", approximate=True),
        "kinds": definition("choices", "kinds", label="Modalités", options=mobilisation),
        "open": definition("yes_no", "open", label="Déjà ouvert"),
        "remarks": definition("long_text", "remarks", label="Remarques", max=500),
    }
    visits = {
        "sites-0-count": "12",
        "sites-0-count-approximate": "yes",
        "sites-0-kinds": ["new", "existing"],
        "sites-0-open": "no",
        "sites-0-remarks": "Quartier de Bellevue",
    }
    unreadable = ["« sept mille » n’est pas un montant que nous savons lire. Exemple : 7 000 €."]
    shown = [
        field("commune", "location", "Localisation du projet", "Saintes (17)",
              hint="La commune principale, par exemple « Saintes (17) ».",
              suggestions=["Saintes (17)", "Saintes-Maries-de-la-Mer (13)"]),
        field("text", "project_name", "Nom du projet", "Projet d’Insertion sociale", max=150,
              saved="Enregistré à 22 h 14"),
        field("lines", "holders", "Statut et nom du ou des porteur(s) du projet",
              "SEMIS, bailleur social", hint="Un porteur par ligne."),
        field("long_text", "summary", "Descriptif sommaire du projet et objectifs poursuivis",
              CRITERIA, max=6000, request="Précisez l’objectif chiffré de maintien à douze mois."),
        field("long_text", "context", "Précisions sur ces engagements", "Texte du soir", max=4000,
              required=False, conflict=Thing(mine="Texte du soir", theirs="Texte du matin",
                                             by="Camille (éditrice)", at=AT)),
        field("integer", "households", "Nombre de ménages accompagnés",
              {"households": "30", "households-approximate": "yes"},
              hint="Cochez « environ » si c’est une estimation.", approximate=True, unit="ménages"),
        field("integer", "dwellings", "Nombre de logements", {"dwellings": "une trentaine"},
              errors=["Écrivez un nombre entier, par exemple 30."], approximate=True),
        field("yes_no", "dalo", "Ménages éligibles au DALO", ""),
        field("choice", "management", "Type de gestion locative", "adapted", required=False,
              options={"standard": "classique", "adapted": "adaptée"}),
        field("choice", "fund", "Fonds sollicité", "fund_2", options=funds),
        field("choices", "mobilisation", "Modalités de mobilisation des logements",
              {"mobilisation": ["existing"]}, options=mobilisation,
              errors=["Cochez au moins une modalité."]),
        field("money", "total_cost", "Coût global", "47k", hint="Par exemple « 47 000 € ».",
              errors=["« 47k » n’est pas un montant que nous savons lire. Exemple : 47 000 €."]),
        field("table", "plan", "Cofinancements apportés", rows, columns=columns,
              hint="Une ligne par financeur, y compris vos fonds propres et le montant demandé.",
              errors=["La ligne 2 ne peut pas être lue."],
              cell_errors={"plan-1-amount": unreadable}),
        field("table", "others", "Autres ressources", {}, columns=columns, required=False),
        field("table", "sites", "Sites du projet", visits, columns=places, required=False),
        field("duration", "commitment", "Durée des engagements", "3 ans",
              hint="Par exemple « 3 ans » ou « 18 mois »."),
        field("date", "start", "Début du projet", "01/01/2013", required=False),
        field("siret", "siret", "SIRET de l’organisme accompagnateur", "", required=False,
              hint="14 chiffres."),
    ]  # fmt: skip
    return {one.name: one for one in shown} | engine_fields()


#: Types whose inputs are worth the engine's own: what is computed, given rows, files.
ENGINE = {
    "balance": {"type": "computed", "label": "Coût total sur trois ans", "value": "sum(years.all)"},
    "share": {"type": "computed", "label": "Part demandée", "value": "1 / 0", "as": "percent",
              "hint": "Elle se calcule dès que le coût est connu."},
    "years": {
        "type": "table", "label": "Coût par année", "required": True,
        "hint": "Une ligne par année du programme.",
        "rows_label": "Année", "rows": {"y2019": "2019", "y2020": "2020", "y2021": "2021"},
        "columns": {
            "places": {"type": "integer", "label": "Places", "required": True},
            "cost": {"type": "money", "label": "Coût d’une place"},
            "all": {"type": "computed", "label": "Coût", "value": "places * cost"},
        },
    },
    "purchases": {
        "type": "table", "label": "Achats",
        "columns": {
            "number": {"type": "integer", "label": "Nombre"},
            "price": {"type": "money", "label": "Prix"},
            "amount": {"type": "computed", "label": "Montant", "value": "number * price"},
        },
    },
    "accounts": {"type": "file", "label": "Comptes des trois derniers exercices", "max_files": 3,
                 "accepts": ["pdf", "xlsx"], "required": True, "hint": "Un fichier par exercice."},
    "statutes": {"type": "file", "label": "Statuts"},
}  # fmt: skip


def engine_fields() -> dict[str, object]:
    form = FormDefinition.model_validate({"fields": ENGINE})
    number = {"number": 12, "approximate": False}
    files = [
        {"sha256": "a" * 64, "name": "SEMIS COMPTES.pdf", "size": 1_240_000, "kind": "pdf"},
        {"sha256": "b" * 64, "name": "SEMIS COMPTES 2.pdf", "size": 12_000_000, "kind": "pdf"},
    ]
    stored = {
        "years": [{"row": "y2019", "places": number, "cost": 47_000},
                  {"row": "y2020", "cost": {"unreadable": "cher"}}],
        "purchases": [{"number": number, "price": 156_667}],
        "accounts": files,
    }  # fmt: skip
    page = compile_section(form.sections["main"])(data=decode_answers(form, stored))
    page.validate()
    pieces = {"a" * 64: "pieces/1", "b" * 64: "pieces/2"}
    vars(page["accounts"]).update(upload_url="pieces", piece_urls=pieces)
    vars(page["statutes"]).update(upload_url="pieces")
    return {field.name: field for field in page}


class AccountForm(wtforms.Form):
    email = wtforms.EmailField("Adresse électronique")
    password = wtforms.PasswordField("Mot de passe")
    role = wtforms.RadioField(
        "Rôle",
        choices=[
            wtforms.SelectChoice("editor", "Éditeur"),
            wtforms.SelectChoice("signatory", "Signataire"),
        ],
    )
    kind = wtforms.SelectField("Organisme", choices=[wtforms.SelectChoice("oph", "Office public")])
    reason = wtforms.TextAreaField("Message")
    agreed = wtforms.BooleanField("J’accepte de recevoir les rappels")


def account_form() -> AccountForm:
    form = AccountForm()
    form.email.errors = ("Cette adresse est incomplète. Exemple : nom@organisme.example.",)
    form.role.errors = ("Choisissez un rôle.",)
    return form


def answers() -> list[Thing]:
    return [
        Thing(key="location", question="Localisation du projet",
              answer="Charente-Maritime (17), Saintes", edit_url="#"),
        Thing(key="holders", question="Statut et nom du ou des porteur(s) du projet",
              answer="SEMIS, bailleur social\nTremplin 17, association", edit_url="#"),
        Thing(key="summary", question="Descriptif sommaire du projet et objectifs poursuivis",
              answer=CRITERIA, edit_url="#"),
        Thing(key="dalo", question="Ménages éligibles au DALO", answer="", edit_url="#"),
        Thing(key="plan", question="Cofinancements apportés",
              answer="SEMIS : 20 000 €, en cours\nÉtat (AVDL) : 7 000 €, acquis", edit_url="#"),
    ]  # fmt: skip


def sections() -> list[Thing]:
    return [
        Thing(label="Projet et porteur", href="#", state="done", current=False),
        Thing(label="Publics cibles du projet", href="#", state="done", current=False),
        Thing(label="Modalités de mobilisation des logements", href="#", state="", current=False),
        Thing(label="Accompagnement et partenariat", href="#", state="todo", current=False),
        Thing(label="Montage financier", href="#", state="", current=True),
        Thing(label="Inscription de la démarche dans la durée", href="#", state="", current=False),
    ]


def jury() -> Thing:
    """What a jury sees: an own sheet, the sheets side by side, the places left, the circuit."""
    scorer = Thing(scorer=Thing(name="Jurée Démo"))
    line = Thing(label="Originalité", max=5, weight=2, scores=[3, 5], mean=Fraction(4), spread=2)
    place = {"option": None, "label": "Ensemble", "open": 44, "taken": 44, "left": 0}
    stage = Thing(heading="Brouillon", acts=["Le porteur dépose : Déposé."])
    drawing = Markup('<svg role="img" aria-label="Circuit" viewBox="0 0 9 9"></svg>')
    return Thing(
        form=Thing(fields=[]),
        grid=Thing(criteria={}, out_of=10),
        total=Thing(points=6, out_of=10, criteria=2, scored=1),
        scores=Thing(
            sheets=[scorer, scorer],
            lines=[line],
            grid=Thing(out_of=10),
            totals=[6, 10],
            mean=Fraction(8),
            spread=4,
            comments=[("Jurée Démo", "Projet solide.")],
        ),
        quota=Thing(key="theme", label="Places", lines=[Thing(**place)], own=None, strict=True),
        circuit=Thing(svg=drawing, stages=[stage, Thing(heading="Décidé", acts=[])]),
    )


def content() -> dict[str, object]:
    figure = {"tone": "", "note": "", "total": False}
    return {
        "at": AT,
        "demo": True,
        "fields": fields(),
        "account_form": account_form(),
        "answers": answers(),
        "sections": sections(),
        "jury": jury(),
        "links": Thing(home="#", login="", register="", account="#", logout="#",
                       accessibility="#", contact="#"),
        "account": Thing(name="Rédactrice SEMIS", detail="SEMIS, éditrice des dossiers"),
        "navigation": [
            Thing(label="Appels", url="#", current=False, count=None),
            Thing(label="Mes dossiers", url="#", current=True, count=2),
            Thing(label="Mon organisme", url="#", current=False, count=None),
        ],
        "budget": [
            Thing(**figure | {"key": "cost", "label": "Coût global", "text": money(3_800_000)}),
            Thing(**figure | {"key": "resources", "label": "Total des ressources",
                              "text": money(3_600_000), "total": True}),
            Thing(**figure | {"key": "gap", "label": "Écart", "text": money(200_000),
                              "tone": "danger", "note": "Il manque 2 000 € de ressources."}),
            Thing(**figure | {"key": "per", "label": "Coût par ménage", "text": money(156_667)}),
            Thing(**figure | {"key": "share", "label": "Part demandée à l’appel", "text": ""}),
        ],
        "steps": [
            Thing(label="Dépôt", state="done", note="le 12 mai 2014", turn=""),
            Thing(label="Avis départemental", state="current", note="avant le 11 juin 2014",
                  turn="À la DDCS 17"),
            Thing(label="Avis régional", state="todo", note="", turn=""),
            Thing(label="Décision", state="todo", note="", turn=""),
            Thing(label="Notification", state="todo", note="", turn=""),
        ],
        "points": [
            Thing(level="blocking", message="Ressources : 36 000 € ; coût : 38 000 €. Il manque "
                  "2 000 €.", links=[Thing(href="#", text="Coût global"),
                                     Thing(href="#", text="Cofinancements")]),
            Thing(level="justify", message="Le coût par ménage dépasse deux fois la médiane.",
                  links=[Thing(href="#", text="Justifier")]),
            Thing(level="information", message="L’accompagnement dépasse trois ans.", links=[]),
        ],
        "events": [
            Thing(at=AT, who="DDCS de la Charente-Maritime", what="Demande de compléments",
                  version=1, text="Deux réponses à préciser :\nle public visé et le calendrier.",
                  tone="warning"),
            Thing(at=AT, who="signataire SEMIS", what="Dossier déposé", version=1, text="",
                  tone="accent"),
            Thing(at=AT, who="rédactrice SEMIS", what="Dossier créé", version=None, text="",
                  tone=""),
        ],
        "dossiers": [
            ("HLM14-17-0001", "SEMIS", "17", 30, 4_700_000, 2_000_000, "À instruire", "turn"),
            ("HLM14-16-0002", "Habitat Démo Angoumois", "16", 24, 5_280_000, 2_640_000,
             "À compléter", "warning"),
            ("HLM14-79-0003", "Office Exemple des Deux-Vallées", "79", 45, 5_850_000, 1_800_000,
             "Avis rendu", "success"),
            ("HLM14-86-0004", "SA Toit-Fictif", "86", 12, 4_200_000, 3_360_000,
             "Défavorable", "danger"),
            ("HLM14-17-0005", "Coop’Habitat Test", "17", 60, 9_600_000, 4_000_000,
             "Déposé", "accent"),
        ],
    }  # fmt: skip


def environment() -> Environment:
    loader = ChoiceLoader([FileSystemLoader(PAGES), FileSystemLoader(GRANTS / "templates")])
    env = Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    env.filters |= {"money": money, "day": day, "moment": moment, "file_size": file_size}
    env.filters |= {"points": points, "plural": plural}
    env.globals |= {
        "url_for": lambda endpoint, filename: f"{endpoint}/{filename}",
        "csrf_token": lambda: "jeton",
        "get_flashed_messages": lambda **_: [("success", "Rubrique enregistrée.")],
        "page_address": lambda n: f"?page={n}",
    }
    return env


def build(folder: Path) -> list[Path]:
    """Every page of the gallery, written with the static files beside it."""
    env = environment()
    shutil.copytree(GRANTS / "static", folder / "static", dirs_exist_ok=True)
    written = []
    for source in sorted(PAGES.glob("*.html")):
        page = folder / source.name
        page.write_text(env.get_template(source.name).render(content()), encoding="utf-8")
        written.append(page)
    return written


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    build(target)
