"""The applicant's screens: prepare, fill, check, deposit, follow."""

# The views put themselves on the blueprint.
from grants.web.applicant import afterwards as _afterwards  # noqa: F401
from grants.web.applicant import autosave as _autosave  # noqa: F401
from grants.web.applicant import begin as _begin  # noqa: F401
from grants.web.applicant import criteria as _criteria  # noqa: F401
from grants.web.applicant import discarding as _discarding  # noqa: F401
from grants.web.applicant import dossiers as _dossiers  # noqa: F401
from grants.web.applicant import hub as _hub  # noqa: F401
from grants.web.applicant import importing as _importing  # noqa: F401
from grants.web.applicant import joining as _joining  # noqa: F401
from grants.web.applicant import parties as _parties  # noqa: F401
from grants.web.applicant import pieces as _pieces  # noqa: F401
from grants.web.applicant import renewing as _renewing  # noqa: F401
from grants.web.applicant import sections as _sections  # noqa: F401
from grants.web.applicant import verify as _verify  # noqa: F401
from grants.web.applicant.room import screens

__all__ = ["screens"]
