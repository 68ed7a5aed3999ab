"""One writer at a time on a dossier."""

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from grants.dossiers.errors import DraftGone
from grants.dossiers.models import Dossier


def lock(session: Session, dossier: Dossier) -> Dossier:
    """Hold the dossier's row until the transaction ends, and read it afresh, with what a colleague
    may have written while we waited: what the session holds already of its parts is forgotten, and
    read again by whoever needs it; answers and opinions, which most acts need, at once.

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
    return found
