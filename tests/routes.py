"""What builds the addresses of a route is compiled once for the whole run, and not once for each
application: it depends on the route alone."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from werkzeug.routing import Rule

Builder = Callable[..., tuple[str, str]]


@pytest.fixture(scope="session", autouse=True)
def routes_compiled_once() -> Iterator[None]:
    compile_builder: Callable[[Rule, bool], Builder] = Rule._compile_builder
    compiled: dict[Any, Builder] = {}

    def once(rule: Rule, append_unknown: bool = True) -> Builder:
        defaults = tuple(sorted((rule.defaults or {}).items()))
        route = rule.rule, rule.subdomain, rule.host, defaults, append_unknown
        if route not in compiled:
            compiled[route] = compile_builder(rule, append_unknown)
        return compiled[route]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "_compile_builder", once)
        yield
