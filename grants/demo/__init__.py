"""The demonstration: invented people and dossiers, brought to where they stand by real acts."""

from grants.demo.builder import build, build_library
from grants.demo.people import PASSWORD, Guide, guide, holds_demo, is_empty

__all__ = ["PASSWORD", "Guide", "build", "build_library", "guide", "holds_demo", "is_empty"]
