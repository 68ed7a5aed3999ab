"""A call walked by everybody in turn: its manager first, then whoever it needs, a browser each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import pytest
from playwright.sync_api import BrowserContext
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from grants.accounts.models import User
from grants.accounts.passwords import hashed
from grants.calls.models import Call
from grants.extensions import db
from tests.answers import LIBRARY
from tests.browser.visitor import DESK, NARROWEST, PASSWORD, Visitor, violations
from tests.cast import staffed
from tests.factories import a_user
from tests.web.conftest import Clock

MANAGER = "call-manager"


@dataclass(slots=True)
class Walk:
    """Who takes part, by role, and the dossier's reference once it has one."""

    slug: str
    engine: Engine
    clock: Clock
    browser_of: Callable[..., BrowserContext]
    #: The department whose services instruct.
    home: str
    people: dict[str, Visitor] = field(default_factory=dict)
    reference: str = ""

    def __getitem__(self, role: str) -> Visitor:
        return self.people[role]

    @property
    def hub(self) -> str:
        return f"/dossiers/{self.reference}"

    @property
    def review(self) -> str:
        return f"/instruction/{self.reference}"

    def goes(self, *steps: tuple[datetime, Callable[[Walk], None]]) -> None:
        for now, step in steps:
            self.clock.move(now)
            step(self)

    def enters(self, role: str, user: User) -> None:
        """Signed in, unless somebody is there under that name already."""
        if role not in self.people:
            self.people[role] = Visitor(self.browser_of(user, viewport=DESK), audited=False)

    def opens_the_call(self) -> None:
        """Its manager imports the file, reads who is missing, and opens it once they are there."""
        manager = self[MANAGER]
        manager.opens("/gestion/appels/deposer")
        manager.page.locator("#file").set_input_files(LIBRARY / f"{self.slug}.yaml")
        manager.presses("Vérifier le fichier")
        assert "Le fichier est juste" in manager.reads()
        manager.presses("Importer")
        assert manager.path == f"/gestion/appels/{self.slug}"
        assert " : personne pour " in manager.reads()
        self.is_staffed()
        manager.opens(manager.path)
        manager.presses("Ouvrir l’appel")
        assert "L’appel est publié." in manager.reads()

    def is_staffed(self) -> None:
        """Somebody for each role, and as many as each grid needs, with `PASSWORD`."""
        with Session(self.engine) as session:
            manager = session.scalars(select(User)).one()
            call = session.scalars(select(Call)).one()
            cast = staffed(session, call, manager, now=self.clock(), home=self.home)
            once = hashed(PASSWORD)
            for user in session.scalars(select(User)):
                user.password = once
            session.commit()
            scorers = (user for several in cast.scorers.values() for user in several)
            others = {user.email.partition("@")[0]: user for user in scorers}
            for role, user in (cast.people | others).items():
                self.enters(role, user)


def is_sound(visitor: Visitor) -> None:
    """Axe finds nothing, and the page is no wider than the narrowest screen."""
    found = violations(visitor.page)
    assert found == [], f"{visitor.path}: {found}"
    visitor.page.set_viewport_size(NARROWEST)
    width = visitor.page.evaluate("document.documentElement.scrollWidth")
    visitor.page.set_viewport_size(DESK)
    assert width == NARROWEST["width"], visitor.path


def unfolds_the_circuit(visitor: Visitor, summary: str = "Voir le circuit") -> None:
    for each in (summary, "Le circuit en texte"):
        visitor.page.locator("summary", has_text=each).click()


def follows_the_mail(reader: Visitor, address: str, link: str) -> None:
    reader.opens(f"/demonstration/courriels?a={address}")
    reader.follows(link)


@pytest.fixture
def a_walk(app, clock, browser_of) -> Callable[[str, datetime], Walk]:
    """A call manager alone, with the file of a call."""

    def begin(slug: str, now: datetime, home: str = "44") -> Walk:
        clock.move(now)
        with app.app_context():
            engine = db.engine
        walk = Walk(slug, engine, clock, browser_of, home)
        with Session(engine) as session:
            walk.enters(MANAGER, a_user(session, MANAGER, manages_calls=True))
            session.commit()
        return walk

    return begin
