"""One writer at a time on a dossier."""

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from grants.dossiers.errors import DraftGone
from grants.dossiers.models import Dossier


def lock(session: Session, dossier: Dossier) -> Dossier:
    """Hold the dossier's row until the transaction ends, and read it afresh, with what a colleague
    may have written while we waited: answers and opinions, even those the session holds already.

    PostgreSQL locks the row; SQLite ignores the clause, its writers already take turns because
    unsafe requests begin with `BEGIN IMMEDIATE`.

    :raises DraftGone: when it was deleted while we waited.
    """
    found = session.scalars(
        select(Dossier)
        .where(Dossier.id == dossier.id)
        .options(selectinload(Dossier.answers), selectinload(Dossier.opinions))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise DraftGone
    # Read again by whoever needs them: most calls have none.
    session.expire(found, ["sheets", "slots", "parties", "files"])
    return found
