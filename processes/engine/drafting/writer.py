"""The program that fills in Word templates: reads jobs as JSON, writes what became of each.

`processes.engine.drafting.writing` runs it in a process of its own. It imports nothing of the
product. Before it looks at a template it gives up opening files and sockets, and may use only so
much memory and time.

A job is `{"template": base64, "facts": [facts, …]}`; its answer `{"names": [[name, words], …],
"written": [base64, …]}` or `{"refused": reason, "what": text, "words": the paragraph's text}`.
A fact is a text, a list, an object of facts, or a text with more to it: `{"=": text, …}`.
"""

from __future__ import annotations

import json
import re
import resource
import sys
from base64 import b64decode, b64encode
from contextlib import suppress
from io import BytesIO
from types import SimpleNamespace
from typing import Any

from docx import Document
from docx.opc.exceptions import OpcError
from docxtpl import DocxTemplate
from jinja2 import ChainableUndefined, TemplateError, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment
from lxml import etree

#: what stands where a fact is missing: a line to write on
DOTS = "…" * 12
#: bytes of memory and seconds of work the process may have
MEMORY, SECONDS = 2 * 1024**3, 20
#: loops inside each other
MOST_LOOPS = 3
FILTERS = {"upper", "lower"}
ABOUT_A_LOOP = {"index", "first", "last", "length"}
SHAPES = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Getattr,
    nodes.Const,
    nodes.If,
    nodes.CondExpr,
    nodes.Not,
    nodes.And,
    nodes.Or,
    nodes.Compare,
    nodes.Operand,
    nodes.Filter,
    nodes.For,
)
#: says everything that a template may say
REHEARSAL = """{% for a in b %}{{ loop.index }}{{ a.c|upper }}{{ a|lower }}{% else %}-{% endfor %}
{% if a == "x" and not a.d or 1 < 2 %}{{ "y" if a else 1.5 }}{% endif %}"""
_TAG = re.compile(r"<[^>]+>")


class RefusedError(Exception):
    """A template asks for more than it may; `line` counts paragraphs from 2."""

    def __init__(self, reason: str, what: str = "", line: int = 0) -> None:
        super().__init__(reason)
        self.reason, self.what, self.line = reason, what, line


class Fact(str):
    """A text with more to it, for example a date with its day of the week."""


class Missing(ChainableUndefined):
    """A fact that is not there: a dotted line, and whatever belongs to it as well."""

    def __str__(self) -> str:
        return DOTS

    __html__ = __str__


class Reader:
    """Walks through a template, refuses what it may not say, and collects the names it uses."""

    def __init__(self) -> None:
        #: names in full (`pihak[].nama`) with the line they stand on
        self.names: list[tuple[str, int]] = []

    def read(self, node: nodes.Node, scope: dict[str, str], loops: int = 0) -> None:
        """One node and what is inside it; `scope`: what the names of the loops stand for."""
        if not isinstance(node, SHAPES):
            raise RefusedError("not_understood", type(node).__name__, node.lineno)
        if isinstance(node, nodes.For):
            self._read_loop(node, scope, loops)
            return
        if isinstance(node, nodes.Name | nodes.Getattr):
            self.names.append((self._full_name(node, scope), node.lineno))
            return
        if isinstance(node, nodes.Filter) and (node.name not in FILTERS or node.args):
            raise RefusedError("not_understood", f"|{node.name}", node.lineno)
        for child in node.iter_child_nodes():
            self.read(child, scope, loops)

    def _read_loop(self, node: nodes.For, scope: dict[str, str], loops: int) -> None:
        if not isinstance(node.target, nodes.Name) or node.recursive or loops >= MOST_LOOPS:
            raise RefusedError("not_understood", "for", node.lineno)
        if not isinstance(node.iter, nodes.Name | nodes.Getattr):
            raise RefusedError("not_understood", "for", node.lineno)
        name = self._full_name(node.iter, scope)
        self.names.append((f"{name}[]", node.lineno))
        inner = {**scope, node.target.name: f"{name}[]", "loop": ""}
        for child in (node.test, *node.body, *node.else_):
            if child is not None:
                self.read(child, inner, loops + 1)

    def _full_name(self, node: nodes.Expr, scope: dict[str, str]) -> str:
        if isinstance(node, nodes.Name):
            return scope.get(node.name, node.name)
        if not isinstance(node, nodes.Getattr) or node.attr.startswith("_"):
            raise RefusedError("not_understood", f".{getattr(node, 'attr', '?')}", node.lineno)
        before = self._full_name(node.node, scope)
        if before == "" and node.attr not in ABOUT_A_LOOP:
            raise RefusedError("not_understood", f"loop.{node.attr}", node.lineno)
        return f"{before}.{node.attr}" if before else ""


class Checked(ImmutableSandboxedEnvironment):
    """Compiles nothing that `Reader` has not passed, wherever in the file it stands."""

    def __init__(self) -> None:
        super().__init__(undefined=Missing, finalize=shown, autoescape=True)
        self.names: list[list[str]] = []
        self.source = ""

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        self.source = source
        tree = super()._parse(source, name, filename)
        reader = Reader()
        reader.read(tree, {})
        self.names += [[each, self.words(line)] for each, line in reader.names if each]
        return tree

    def words(self, line: int) -> str:
        """The text of the paragraph on a line of what was parsed last."""
        lines = self.source.splitlines()
        found = lines[line - 1] if 0 < line <= len(lines) else ""
        return " ".join(_TAG.sub("", found).split())[:80]


class Strict(DocxTemplate):  # type: ignore[misc]
    """A template whose filled-in body must be as well nested as Word wants it."""

    def build_xml(self, context: Any, jinja_env: Any = None) -> str:
        """The filled-in body; XMLSyntaxError when a loop cuts through a table or a paragraph."""
        made: str = super().build_xml(context, jinja_env)
        etree.fromstring(made, etree.XMLParser(resolve_entities=False, no_network=True))
        return made


def shown(value: Any) -> Any:
    """What is printed: a text as it is, a dotted line for whatever is empty or no text."""
    if isinstance(value, str):
        return value if value.strip() else DOTS
    return value if isinstance(value, int) and not isinstance(value, bool) else DOTS


def known(fact: Any) -> Any:
    """A fact as a template meets it: without any method or attribute but its own."""
    if isinstance(fact, list):
        return [known(each) for each in fact]
    if not isinstance(fact, dict):
        return str(fact)
    parts = {name: known(inner) for name, inner in fact.items() if name != "="}
    if "=" not in fact:
        return SimpleNamespace(**parts)
    text = Fact(fact["="])
    text.__dict__.update(parts)
    return text


def do(job: dict[str, Any]) -> dict[str, Any]:
    """What becomes of one template with each of its sets of facts."""
    environment = Checked()
    try:
        written = [fill(b64decode(job["template"]), facts, environment) for facts in job["facts"]]
    except RefusedError as refused:
        words = environment.words(refused.line)
        return {"refused": refused.reason, "what": refused.what, "words": words}
    except TemplateSyntaxError as error:
        words = environment.words(error.lineno)
        return {"refused": "unreadable", "what": error.message or "", "words": words}
    except etree.XMLSyntaxError:
        return {"refused": "badly_nested", "what": "", "words": ""}
    except (
        TemplateError,
        OpcError,
        ArithmeticError,
        AttributeError,
        LookupError,
        OSError,
        TypeError,
        ValueError,
    ) as error:
        return {"refused": "unreadable", "what": f"{type(error).__name__}: {error}", "words": ""}
    except (RecursionError, MemoryError):
        return {"refused": "too_large", "what": "", "words": ""}
    return {"names": environment.names, "written": [b64encode(w).decode() for w in written]}


def fill(template: bytes, facts: dict[str, Any], environment: Checked) -> bytes:
    """The template with the facts filled in, as a Word file."""
    made = Strict(BytesIO(template))
    made.render(vars(known(facts)), environment)
    kept = BytesIO()
    made.save(kept)
    return kept.getvalue()


def give_up() -> None:
    """From here on no file and no connection can be opened, and work has an end."""
    # once through everything that opens a file of its own when it is first used
    first = BytesIO()
    Document().save(first)
    fill(first.getvalue(), {}, Checked())
    Checked().from_string(REHEARSAL).render(b=["x"])
    with suppress(TemplateSyntaxError):
        Checked().from_string("{% if %}")
    limits = (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_NOFILE, 3),
    )
    for kind, most in limits:
        with suppress(ValueError, OSError):  # some systems do not know every limit
            resource.setrlimit(kind, (most, most))


def main() -> int:
    """Do the jobs on standard input."""
    jobs = json.load(sys.stdin)
    give_up()
    json.dump([do(job) for job in jobs], sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
