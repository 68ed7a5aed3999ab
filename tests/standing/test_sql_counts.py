"""A page takes as many SQL statements for a thousand dossiers as for ten, and for a long life."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import cycle

import pytest
from flask import Flask
from sqlalchemy import event, func, insert, select, update
from sqlalchemy.orm import Session

from benchmarks.world import multiply
from grants.accounts.models import (
    Capacity,
    Invitation,
    Membership,
    Organisation,
    ServiceMembership,
    StandIn,
    User,
)
from grants.app import create_app
from grants.calls.models import CallEvent
from grants.config import read_settings
from grants.dossiers.models import (
    Answer,
    Dossier,
    DossierEvent,
    DossierVersion,
    OpinionRecord,
    Receipt,
)
from grants.extensions import db
from grants.mail.models import Mail
from tests.databases import ROOT
from tests.factories import NOW
from tests.standing.access_world import Walked, a_walked_world
from tests.web.conftest import sign_as

MANY = 1000

#: Who asks for which list.
LISTS = [
    ("anonymous", "/appels"),
    ("anonymous", "/appels/hlm-accompagnes"),
    ("anonymous", "/contact"),
    ("anonymous", "/demonstration/courriels"),
    ("editor", "/mes-dossiers"),
    ("editor", "/appels/hlm-accompagnes/preparer"),
    ("editor", "/compte"),
    ("ddcs17_head", "/instruction"),
    ("ddcs17_officer", "/instruction?tour=moi"),
    ("dreal_head", "/instruction"),
    ("dreal_head", "/instruction?tour=clos"),
    ("dreal_head", "/instruction?appel=hlm-accompagnes&etat=submitted&departement=17"),
    ("dreal_head", "/instruction?retard=oui"),
    ("dreal_head", "/instruction/comparer?ref=HLM14-0008&ref=HLM14-0007"),
    ("drjscs_officer", "/instruction"),
    ("call_manager", "/gestion/appels"),
    ("call_manager", "/gestion/appels/hlm-accompagnes"),
    ("call_manager", "/gestion/appels/hlm-accompagnes/clore"),
    ("call_manager", "/gestion/appels/hlm-accompagnes/dossiers"),
    ("call_manager", "/gestion/appels/hlm-accompagnes/dossiers?etat=notified"),
    ("call_manager", "/gestion/courriels"),
]
#: Those that come page by page.
PAGED = [
    ("anonymous", "/demonstration/courriels"),
    ("dreal_head", "/instruction"),
    ("call_manager", "/gestion/appels/hlm-accompagnes/dossiers"),
    ("call_manager", "/gestion/courriels"),
]
#: What one dossier shows to its applicant, and to those who examine it.
APPLICANTS_PAGES = [
    "/dossiers/{0}",
    "/dossiers/{0}/rubriques/finance",
    "/dossiers/{0}/verifier",
    "/dossiers/{0}/historique",
    "/dossiers/{0}/reponses",
    "/dossiers/{0}/accuse-de-reception",
    "/dossiers/{0}/accuse-de-reception.docx",
    "/dossiers/{0}/decision",
    "/dossiers/{0}/presentation.docx",
]
AGENTS_PAGES = [
    "/instruction/{0}",
    "/instruction/{0}?depuis=1",
    "/instruction/{0}/historique",
    "/dossiers/{0}/presentation.docx",
    "/dossiers/{0}/accuse-de-reception.docx",
]


@dataclass
class Site:
    app: Flask
    walked: Walked

    @property
    def session(self) -> Session:
        return self.walked.world.session

    def counts(self, pages: list[tuple[str, str]]) -> dict[tuple[str, str], int]:
        return {(person, page): self._statements(person, page) for person, page in pages}

    def _statements(self, person: str, page: str) -> int:
        client = self.app.test_client()
        sign_as(client, self.walked.people.get(person))
        counted: list[str] = []

        def count(_connection, _cursor, statement, *_rest) -> None:
            counted.append(statement)

        client.get(page).close()  # fills the caches: templates, definitions of calls
        with self.app.app_context():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", count)
        try:
            response = client.get(page)
        finally:
            event.remove(engine, "before_cursor_execute", count)
        assert response.status_code == 200, f"{person}, {page}: {response.status}"
        response.close()
        return len(counted)

    def pages_of(self, state: str) -> list[tuple[str, str]]:
        reference = self.walked.dossiers[state].reference
        for_applicant = [each for each in APPLICANTS_PAGES if exists(each, state)]
        for_agents = AGENTS_PAGES if state != "draft" else []
        return [
            *(("signatory", each.format(reference)) for each in for_applicant),
            *(("dreal_head", each.format(reference)) for each in for_agents),
            *(("ddcs17_head", each.format(reference)) for each in for_agents),
            *(("call_manager", each.format(reference)) for each in for_agents),
        ]


def exists(page: str, state: str) -> bool:
    if "decision" in page:
        return state == "notified"
    return state != "draft" or "accuse" not in page


@pytest.fixture
def site(sqlite_files, tmp_path) -> Iterator[Site]:
    environ = {
        "GRANTS_INSTANCE": str(tmp_path / "instance"),
        "GRANTS_DATABASE_URL": sqlite_files.with_tables(),
        "GRANTS_SECOND_FACTOR": "optional",
        "GRANTS_DEMO": "1",
    }
    app = create_app(read_settings(environ, ROOT), clock=lambda: NOW)
    app.testing = True
    with app.app_context():
        engine = db.engine
    with Session(engine, expire_on_commit=False) as session:
        walked = a_walked_world(session)
        session.rollback()
        yield Site(app, walked)
        session.rollback()
    engine.dispose()


def some_people(session: Session, number: int) -> list[int]:
    """So many more accounts; the same few people everywhere would hide a query for each."""
    session.execute(
        insert(User),
        [
            {
                "email": f"person-{each}@example.org",
                "name": f"Personne {each}",
                "fs_uniquifier": f"unique-person-{each}",
                "confirmed_at": NOW,
                "created_at": NOW,
            }
            for each in range(number)
        ],
    )
    return list(session.scalars(select(User.id).where(User.email.like("person-%"))))


def some_organisations(session: Session, number: int) -> list[int]:
    session.execute(
        insert(Organisation),
        [
            {"siret": f"{each:014d}", "name": f"Organisme {each}", "created_at": NOW}
            for each in range(number)
        ],
    )
    return list(session.scalars(select(Organisation.id).where(Organisation.name.like("Org%"))))


def grow(site: Site) -> None:
    """A thousand dossiers, of two hundred landlords, in four departments, and their mails."""
    with site.app.app_context():
        engine = db.engine
    multiply(engine, MANY)
    session = site.session
    landlords = cycle(some_organisations(session, 200))
    people = cycle(some_people(session, 200))
    departments = cycle(["16", "17", "79", "86"])
    copies = session.execute(
        select(Dossier.id, Dossier.submitted_at).where(Dossier.id > len(site.walked.dossiers))
    ).all()
    for number, (dossier_id, submitted_at) in enumerate(copies):
        values = {"created_by_id": next(people)}
        if submitted_at is not None:
            values["department_code"] = next(departments)
        if number % 2:
            values["organisation_id"] = next(landlords)
        session.execute(update(Dossier).where(Dossier.id == dossier_id).values(values))
    session.execute(
        insert(Mail),
        [
            {
                "kind": "dossier.submit",
                "recipient": f"person-{number % 200}@example.org",
                "subject": "Dossier",
                "body": "Bonjour",
                "status": "failed" if number % 3 else "queued",
                "attempts": 0,
                "created_at": NOW,
                "due_at": NOW,
                "dossier_id": dossier_id,
                "call_id": site.walked.world.call.id,
            }
            for number, (dossier_id, _) in enumerate(copies)
        ],
    )
    session.commit()
    assert session.scalar(select(func.count()).select_from(Dossier)) == MANY


def test_every_page_takes_as_many_statements_for_a_thousand_dossiers_as_for_ten(site):
    pages = [*LISTS, *(each for state in ("draft", "notified") for each in site.pages_of(state))]
    before = site.counts(pages)

    grow(site)

    assert site.counts(pages) == before
    second = site.counts([(person, f"{page}?page=2") for person, page in PAGED])
    assert list(second.values()) == [before[each] for each in PAGED]


def test_comparing_six_dossiers_takes_as_many_statements_as_comparing_two(site):
    references = [
        dossier.reference for state, dossier in site.walked.dossiers.items() if state != "draft"
    ]
    two, six = (
        "/instruction/comparer?" + "&".join(f"ref={each}" for each in references[:number])
        for number in (2, 6)
    )

    found = site.counts([("dreal_head", two), ("dreal_head", six)])

    assert len(set(found.values())) == 1, found


@pytest.mark.parametrize("state", ["incomplete", "department_given", "notified"])
def test_the_pages_of_a_dossier_take_as_many_statements_after_a_long_life(site, state):
    # Later versions show « ce qui a changé »: the page compares two from the second one on.
    lengthen(site, state, 2)
    before = site.counts(site.pages_of(state))

    lengthen(site, state, 25)

    assert site.counts(site.pages_of(state)) == before


def lengthen(site: Site, state: str, number: int) -> None:
    """More versions, each with its receipt, opinions and acts, by ever other people."""
    session, dossier = site.session, site.walked.dossiers[state]
    session.rollback()  # the pages have written: documents are issued when first asked for
    people = cycle(
        session.scalars(select(User.id).where(User.email.like("person-%"))).all()
        or some_people(session, 100)
    )
    model, act = dossier.versions[-1], dossier.events[-1]
    receipt = session.scalars(select(Receipt).where(Receipt.dossier_id == dossier.id)).first()
    last_version, last_step = dossier.version_number, dossier.step
    for each in range(1, number + 1):
        version = DossierVersion(
            dossier_id=dossier.id,
            number=last_version + each,
            answers=model.answers,
            figures=model.figures,
            sha256=model.sha256,
            frozen_at=NOW,
            frozen_by_id=next(people),
        )
        session.add(version)
        session.flush()
        session.add(
            Receipt(
                dossier_id=dossier.id,
                version_id=version.id,
                issued_at=NOW,
                content=receipt.content,
            )
        )
        for key in ("department", "region"):
            session.add(
                OpinionRecord(
                    dossier_id=dossier.id,
                    opinion_key=key,
                    round=100 + last_version + each,
                    answers={},
                    updated_at=NOW,
                    updated_by_id=next(people),
                    version_id=version.id,
                    given_at=NOW + timedelta(minutes=each),
                    given_by_id=next(people),
                )
            )
        session.add(
            DossierEvent(
                dossier_id=dossier.id,
                step=last_step + each,
                trigger=act.trigger,
                from_state=act.from_state,
                to_state=act.to_state,
                at=NOW,
                actor_id=next(people),
                role=act.role,
                version_number=version.number,
                note=act.note,
            )
        )
    for answer in session.scalars(select(Answer).where(Answer.dossier_id == dossier.id)):
        answer.updated_by_id = next(people)
    dossier.version_number = last_version + number
    dossier.step = last_step + number
    session.commit()


TEAM_PAGES = [
    ("signatory", "/compte/organisme"),
    ("signatory", "/mes-dossiers"),
    ("signatory", "/dossiers/HLM14-0001"),
    ("signatory", "/dossiers/HLM14-0001/verifier"),
    ("signatory", "/appels/hlm-accompagnes/preparer"),
    ("ddcs17_head", "/compte/service"),
    ("ddcs17_head", "/instruction"),
    ("call_manager", "/gestion/appels/hlm-accompagnes"),
]


def test_a_team_of_hundreds_takes_as_many_statements_as_one_of_three(site):
    before = site.counts(TEAM_PAGES)

    enlarge(site)

    assert site.counts(TEAM_PAGES) == before


def enlarge(site: Site) -> None:
    """A hundred more members of SEMIS and of DDCS 17, as many invited, and stand-ins; a long
    journal of the call."""
    session, world = site.session, site.walked.world
    landlord, service = world.semis.id, int(site.walked.names["ddcs17"])
    people = some_people(session, 200)
    members, agents = people[:100], people[100:]
    for user_id in members:
        session.add(
            Membership(
                user_id=user_id,
                organisation_id=landlord,
                capacity=Capacity.SIGNATORY,
                created_at=NOW,
            )
        )
    for number, user_id in enumerate(agents):
        session.add(
            ServiceMembership(
                user_id=user_id, service_id=service, capacity=Capacity.OFFICER, created_at=NOW
            )
        )
        session.add(
            StandIn(
                service_id=service,
                user_id=user_id,
                named_by_id=world.ddcs17_head.id,
                starts_on=NOW.date() + timedelta(days=10 + number),
                ends_on=NOW.date() + timedelta(days=10 + number),
                created_at=NOW,
            )
        )
        session.add(
            CallEvent(call_id=world.call.id, kind="opened", detail={}, at=NOW, actor_id=user_id)
        )
    for number in range(50):
        session.add(an_invitation(f"o{number}", members[number], organisation_id=landlord))
        session.add(an_invitation(f"s{number}", agents[number], service_id=service))
    session.commit()


def an_invitation(name: str, invited_by: int, **body: int) -> Invitation:
    return Invitation(
        email=f"{name}@example.org",
        capacity=Capacity.EDITOR if "organisation_id" in body else Capacity.OFFICER,
        token_sha256=name.rjust(64, "0"),
        invited_by_id=invited_by,
        created_at=NOW,
        expires_at=NOW + timedelta(days=14),
        **body,
    )
