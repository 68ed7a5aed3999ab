"""The screens of those who manage calls: import, open, extend, close, follow."""

# The views put themselves on the blueprint.
from grants.web.administration import calendar as _calendar  # noqa: F401
from grants.web.administration import calls as _calls  # noqa: F401
from grants.web.administration import dossiers as _dossiers  # noqa: F401
from grants.web.administration import files as _files  # noqa: F401
from grants.web.administration import hearings as _hearings  # noqa: F401
from grants.web.administration import mails as _mails  # noqa: F401
from grants.web.administration.room import screens

__all__ = ["screens"]
