"""A manager alone plays a call from the draft to the decision, then erases everything."""

import re

from sqlalchemy import func, select

from grants.calls.operations import import_call
from grants.dossiers.models import Dossier
from grants.mail.models import Mail
from tests.browser.visitor import DESK, Visitor, violations
from tests.definitions.small import SMALL
from tests.word import lines

CALL = SMALL.replace("model: presentation-hlm.docx, ", "")
PAGE = "/gestion/appels/jardins-partages"


def test_a_call_is_played_by_one_person_before_it_opens_then_erased(world, browser_of):
    import_call(world.session, CALL, actor=world.call_manager, now=world.now)
    world.session.commit()
    before = what_is_real(world)
    manager = Visitor(browser_of(world.call_manager, viewport=DESK), audited=False)
    manager.opens(PAGE)
    manager.presses("Ouvrir un bac à sable")
    assert violations(manager.page) == []
    sandbox = manager.path.removesuffix("/essayer")

    takes_the_seat(manager, "Jardinier")
    reference = a_dossier_is_deposited(manager, sandbox)
    takes_the_seat(manager, "Chef")
    the_decision_is_told(manager, reference)
    takes_the_seat(manager, "Jardinier")
    manager.follows("Le jardin des essais")
    assert "Su" in manager.reads()

    manager.follows("Quitter le bac à sable")
    assert manager.path == PAGE
    assert violations(manager.page) == []
    manager.presses("Effacer")
    assert "Le bac à sable est effacé." in manager.reads()
    manager.opens(f"{sandbox}/essayer")
    assert manager.status == 404
    assert what_is_real(world) == before


def what_is_real(world):
    world.session.rollback()
    return [
        world.session.scalar(select(func.count()).select_from(each)) for each in (Dossier, Mail)
    ]


def takes_the_seat(manager, role):
    if not manager.path.endswith("/essayer"):
        manager.follows("Changer de rôle")
    manager.presses("", within=f"main li:has-text('{role}')")
    assert "rien n’est réel" in manager.reads(".demo-banner")


def a_dossier_is_deposited(manager, sandbox):
    manager.opens(f"{sandbox}/appels/jardins-partages/preparer")
    manager.presses("Créer mon dossier")
    reference = manager.path.rpartition("/")[2]
    manager.follows("Continuer : Le jardin")
    manager.page.get_by_label("Nom du jardin").fill("Le jardin des essais")
    manager.page.get_by_label("Commune").fill("Saintes (17)")
    manager.page.get_by_text(re.compile("^Enregistré à")).first.wait_for()
    manager.presses("Enregistrer et")
    manager.presses("Envoyer")
    assert "Le jardin des essais" in " ".join(lines(manager.downloads("Présentation")))
    return reference


def the_decision_is_told(manager, reference):
    manager.opens(manager.path.partition("/instruction")[0] + f"/instruction/{reference}")
    manager.follows("Choisir")
    manager.fills(outcome="selected", amount="1 000 €")
    manager.presses("Choisir")
    manager.follows("Dire")
    manager.presses("Dire")
