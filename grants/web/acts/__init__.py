"""The page of each act of a circuit, shared by all audiences."""

from grants.web.acts.views import screens

__all__ = ["screens"]
