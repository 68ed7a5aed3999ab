"""The page of what a file proposes, shared by all audiences; and how such files are sent."""

from grants.web.proposals.views import screens

__all__ = ["screens"]
