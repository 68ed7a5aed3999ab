"""What anybody may read: the calls, their blank form, the pages every site owes."""

# The views put themselves on the blueprint.
from grants.web.public import calls as _calls  # noqa: F401
from grants.web.public import demonstration as _demonstration  # noqa: F401
from grants.web.public import pages as _pages  # noqa: F401
from grants.web.public import verifying as _verifying  # noqa: F401
from grants.web.public.room import screens

__all__ = ["screens"]
