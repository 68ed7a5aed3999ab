"""A small world in the field's words: the HLM call, its services and a landlord, SEMIS."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

import grants
from grants.accounts.models import (
    Capacity,
    Membership,
    Organisation,
    Service,
    ServiceMembership,
    StandIn,
    User,
)
from grants.calls.loader import definition_of
from grants.calls.models import Call
from grants.calls.operations import import_call, open_call
from grants.dossiers.models import Dossier, DossierEvent
from grants.dossiers.operations import Change, answer_token, fire, save_answers, save_opinion, start
from grants.dossiers.operations.issuing import Press
from grants.forms import Count, Duration
from grants.reference.bodies import kinds
from grants.reference.territories import commune

#: A Monday noon in Paris, while the world's call is open.
NOW = datetime(2026, 11, 16, 11, 0, tzinfo=UTC)
HLM_FILE = Path(grants.__file__).parent / "calls" / "library" / "hlm-accompagnes.yaml"

#: The SEMIS dossier once the landlord has answered what blocks: typed answers by field.
SEMIS: dict[str, Any] = {
    "location": commune("17415"),
    "project_name": "Projet d’Insertion sociale",
    "holders": ("SEMIS, bailleur social",),
    "summary": "Aider des ménages à rester durablement dans leur logement.",
    "contact_name": "Chargée de mission SEMIS",
    "contact_email": "contact@semis.example.org",
    "households": Count(30, approximate=True),
    "dalo": True,
    "pdalpd": True,
    "public_description": ("Familles déjà locataires", "Personnes venant de la rue"),
    "mobilisation": ("existing",),
    "dwellings": Count(30, approximate=True),
    "dwelling_types": "Pas de typologie spécifique",
    "allocation": "Droit commun du logement social",
    "dwelling_location": "Saintes : Bellevue (ZUS) et Boiffiers",
    "support_method": "Contrat, premier entretien, calendrier, suivi revu tous les deux mois.",
    "rental_management": "adapted",
    "rental_management_text": "Le bailleur fait un premier diagnostic et oriente.",
    "adhesion": "Rencontres, puis proposition d’un accompagnement.",
    "support_supply": "Une équipe de l’association partenaire.",
    "landlord_support_relation": "Convention entre les deux, bilan chaque année.",
    "needs_fit": "Des propositions communes dans le respect de chacun.",
    "partners": ("Les Commissions Locales de l’Habitat",),
    "total_cost": 4_700_000,
    "total_cost_basis": "project_year",
    "cofinancing": (
        {"financer": "SEMIS", "fund": "own", "amount": 2_000_000, "status": "granted"},
        {"financer": "État, AVDL", "fund": "avdl", "amount": 700_000, "status": "granted"},
        {"financer": "Appel à projets", "fund": "call", "amount": 2_000_000, "status": "requested"},
    ),
    "commitment": Duration(3, "years"),
    "schedule": "Le dispositif fonctionne ; l’aide renforcerait l’accompagnement.",
    "justification_one_year_or_all": "Le montant vaut pour la première année.",
}

DEPARTMENT_OPINION = {
    "opinion": "Projet utile au territoire.",
    "relevance": "Répond aux objectifs.",
    "reproducibility": "medium",
    "conditions": "Signer la convention.",
}
REGION_OPINION = {"verdict": "favourable", "text": "Avis partagé avec la DRJSCS."}
DECISION = {"outcome": "selected", "amount": 2_000_000, "conditions": "Bilan annuel."}


@dataclass(slots=True)
class World:
    """Everybody there is, by what they do. `now` is the instant of the acts."""

    session: Session
    call: Call
    semis: Organisation
    other_landlord: Organisation
    editor: User
    signatory: User
    stranger: User
    ddcs17_officer: User
    ddcs17_head: User
    ddcs16_head: User
    dreal_officer: User
    dreal_head: User
    drjscs_officer: User
    elsewhere_head: User
    call_manager: User
    now: datetime = NOW


def a_user(session: Session, name: str, **traits: Any) -> User:
    """A confirmed person. `name` also makes the address."""
    user = User(
        email=f"{name}@example.org",
        name=traits.pop("full_name", name.replace("-", " ").title()),
        fs_uniquifier=f"unique-{name}",
        confirmed_at=NOW,
        created_at=NOW,
        **traits,
    )
    session.add(user)
    session.flush()
    return user


def a_member(session: Session, organisation: Organisation, name: str, capacity: str) -> User:
    user = a_user(session, name)
    session.add(Membership(user=user, organisation=organisation, capacity=capacity, created_at=NOW))
    session.flush()
    return user


def a_service(session: Session, kind: str, territory: str) -> Service:
    service = Service(kind=kind, scope=kinds()[kind], territory=territory)
    session.add(service)
    session.flush()
    return service


def an_agent(session: Session, service: Service, name: str, capacity: str) -> User:
    user = a_user(session, name)
    session.add(ServiceMembership(user=user, service=service, capacity=capacity, created_at=NOW))
    session.flush()
    return user


def a_stand_in(
    session: Session, service: Service, user: User, named_by: User, starts: date, ends: date
) -> StandIn:
    row = StandIn(
        service=service,
        user=user,
        named_by_id=named_by.id,
        starts_on=starts,
        ends_on=ends,
        created_at=NOW,
    )
    session.add(row)
    session.flush()
    return row


def a_world(session: Session, *, now: datetime = NOW, source: str | None = None) -> World:
    """The HLM call open from ten days ago to in twenty days, and everybody around it.

    `source` is the text of the call file, where a test wants another circuit.
    """
    semis = Organisation(siret="12345678200002", name="SEMIS", created_at=NOW)
    other = Organisation(siret="73282932000074", name="Habitat Pilote & Cie", created_at=NOW)
    session.add_all([semis, other])
    session.flush()
    services = {
        (kind, territory): a_service(session, kind, territory)
        for kind, territory in (
            *(("ddcs", code) for code in ("16", "17", "79", "86")),
            ("dreal", "54"),
            ("drjscs", "54"),
            ("dreal", "72"),
        )
    }
    heads = {
        (kind, territory): an_agent(session, service, f"{kind}{territory}-head", Capacity.HEAD)
        for (kind, territory), service in services.items()
        if kind != "drjscs"
    }
    call_manager = a_user(session, "call-manager", manages_calls=True)
    revision = import_call(
        session,
        source or HLM_FILE.read_text(),
        actor=call_manager,
        now=now - timedelta(days=20),
        dates=(now - timedelta(days=10), now + timedelta(days=20)),
    )
    open_call(session, revision.call, actor=call_manager, now=now - timedelta(days=10))
    return World(
        session=session,
        call=revision.call,
        semis=semis,
        other_landlord=other,
        editor=a_member(session, semis, "semis-editor", Capacity.EDITOR),
        signatory=a_member(session, semis, "semis-signatory", Capacity.SIGNATORY),
        stranger=a_member(session, other, "stranger", Capacity.SIGNATORY),
        ddcs17_officer=an_agent(
            session, services["ddcs", "17"], "ddcs17-officer", Capacity.OFFICER
        ),
        ddcs17_head=heads["ddcs", "17"],
        ddcs16_head=heads["ddcs", "16"],
        dreal_officer=an_agent(
            session, services["dreal", "54"], "dreal54-officer", Capacity.OFFICER
        ),
        dreal_head=heads["dreal", "54"],
        drjscs_officer=an_agent(
            session, services["drjscs", "54"], "drjscs54-officer", Capacity.OFFICER
        ),
        elsewhere_head=heads["dreal", "72"],
        call_manager=call_manager,
        now=now,
    )


def a_draft(world: World, answers: dict[str, Any] | None = None) -> Dossier:
    """A draft of SEMIS, filled with `answers` (none: empty)."""
    dossier = start(world.session, world.call, world.semis, actor=world.editor, now=world.now)
    if answers:
        write(world, dossier, answers)
    return dossier


def write(world: World, dossier: Dossier, answers: dict[str, Any]) -> None:
    """The editor writes over whatever stands there."""
    stored = {each.field_key: each for each in dossier.answers}
    changes = [
        Change(
            key,
            value,
            answer_token(stored[key].revision, stored[key].value)
            if key in stored
            else answer_token(0, None),
        )
        for key, value in answers.items()
    ]
    result = save_answers(world.session, dossier, changes, actor=world.editor, now=world.now)
    assert result.conflicts == []


def act(
    world: World,
    dossier: Dossier,
    trigger: str,
    actor: User,
    inputs: dict[str, Any] | None = None,
    press: Press | None = None,
) -> DossierEvent:
    """Fire on the dossier as it stands."""
    return fire(
        world.session,
        dossier,
        trigger,
        actor=actor,
        now=world.now,
        step=dossier.step,
        inputs=inputs,
        certified=True,
        press=press,
    )


def a_submitted(world: World) -> Dossier:
    dossier = a_draft(world, SEMIS)
    act(world, dossier, "submit", world.signatory)
    return dossier


def opine(world: World, dossier: Dossier, key: str, answers: dict[str, Any], actor: User) -> None:
    current = [each for each in dossier.opinions if each.opinion_key == key and not each.given_at]
    save_opinion(
        world.session,
        dossier,
        key,
        answers,
        revision=current[0].revision if current else 0,
        actor=actor,
        now=world.now,
    )


def a_department_given(world: World) -> Dossier:
    dossier = a_submitted(world)
    opine(world, dossier, "department", DEPARTMENT_OPINION, world.ddcs17_officer)
    act(world, dossier, "give_department_opinion", world.ddcs17_head)
    return dossier


def a_region_given(world: World) -> Dossier:
    dossier = a_department_given(world)
    opine(world, dossier, "region", REGION_OPINION, world.drjscs_officer)
    act(world, dossier, "give_region_opinion", world.dreal_head)
    return dossier


def a_decided(world: World, decision: dict[str, Any] = DECISION) -> Dossier:
    dossier = a_region_given(world)
    act(world, dossier, "decide", world.dreal_head, decision)
    return dossier


def a_notified(world: World, decision: dict[str, Any] = DECISION) -> Dossier:
    dossier = a_decided(world, decision)
    act(world, dossier, "notify", world.dreal_head)
    return dossier


#: One maker for each state of the circuit.
IN_STATE = {
    "draft": lambda world: a_draft(world, SEMIS),
    "submitted": a_submitted,
    "incomplete": lambda world: _then(
        world,
        a_submitted(world),
        "request_completion",
        world.ddcs17_officer,
        {"pieces": ("La convention",), "due": (NOW + timedelta(days=10)).date()},
    ),
    "department_given": a_department_given,
    "returned": lambda world: _then(
        world,
        a_department_given(world),
        "return_to_department",
        world.dreal_head,
        {"comment": "Préciser les conditions."},
    ),
    "region_given": a_region_given,
    "decided": a_decided,
    "notified": a_notified,
    "inadmissible": lambda world: _then(
        world,
        a_submitted(world),
        "declare_inadmissible",
        world.ddcs17_head,
        {"reason": "Hors sujet"},
    ),
    "withdrawn": lambda world: _then(world, a_submitted(world), "withdraw", world.signatory, {}),
}


def _then(
    world: World, dossier: Dossier, trigger: str, actor: User, inputs: dict[str, Any]
) -> Dossier:
    act(world, dossier, trigger, actor, inputs)
    return dossier


def definition(dossier: Dossier) -> Any:
    return definition_of(dossier.revision)
