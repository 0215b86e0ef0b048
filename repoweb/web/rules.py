"""The rules of addresses, which are made to write addresses when that is first asked.

Werkzeug makes a function of each rule, twice, when it is added. For the hundreds of
rules here that takes as long as loading Flask does a third of, and a CGI script starts
for each request. Should a later Werkzeug do it otherwise, nothing is lost but time.
"""

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule

Builder = Callable[..., tuple[str, str]]


class LateRule(Rule):
    """A rule that is compiled in two steps; the second one is seldom needed."""

    def _compile_builder(self, append_unknown: bool = True) -> Builder:
        compile_now: Callable[[bool], Builder] = super()._compile_builder
        compiled: list[Builder] = []

        def build(rule: Rule, /, **values: Any) -> tuple[str, str]:  # noqa: ANN401
            if not compiled:
                compiled.append(compile_now(append_unknown))
            return compiled[0](rule, **values)

        return build
