"""How templates become Python: as Jinja does it, except that markup is printed as it is.

Jinja passes everything that `{{ }}` prints through `escape`, which makes a new `Markup` of what is `Markup` already. A
list of 50 rows prints hundreds of such values, and copying them took a tenth of the time that its rows need.
"""

from typing import Any

from flask.templating import Environment
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame


class Compiler(CodeGenerator):
    """Writes `escape(value)` only where the value is not markup."""

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if _escapes(frame, finalize):
            self.write("(out if type(out := ")
        else:
            super()._output_child_pre(node, frame, finalize)

    def _output_child_post(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if _escapes(frame, finalize):
            self.write(") is Markup else escape(out))")
        else:
            super()._output_child_post(node, frame, finalize)


class Templates(Environment):
    """The environment of the templates, with this compiler."""

    code_generator_class = Compiler


def _escapes(frame: Frame, finalize: Any) -> bool:
    """Whether escaping is certain at this place, and nothing else happens to the value."""
    return finalize.src is None and frame.eval_ctx.autoescape and not frame.eval_ctx.volatile
