"""The owner's message texts (`pesan/<kind>.txt`): first line the subject, then the body.

A text names the facts of its letter, `{{ perkara.judul }}`, and chooses between them,
`{% if tugas.tenggat %} … {% endif %}`. Nothing else is understood: no loop, no call, no
arithmetic, no other file; so a text always ends at once and reaches nothing outside its facts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from jinja2 import ChainableUndefined, Template, TemplateError, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from processes.errors import KsddError

#: the facts a letter may name, each with what it holds
FACTS = {
    "penerima": ("nama", "jabatan"),
    "perkara": ("nomor", "judul", "para_pihak", "tahap", "keadaan", "berakhir"),
    "tugas": (
        "nama",
        "tahap",
        "daerah",
        "tenggat",
        "sementara",
        "dasar",
        "sisa",
        "lewat",
        "pemegang",
        "jaminan",
        "dewan",
        "balasan",
        "penyiap",
        "disiapkan",
        "dikembalikan",
        "disampaikan",
        "diam",
        "diam_pada",
    ),
    "narahubung": ("nama", "jabatan", "telepon", "surel"),
    "isian": ("daftar", "tenggat"),
    "tautan": (),
    "alamat": (),
    "kabar": (),
    "catatan": (),
    "hari": (),
    "daftar": (),
    "jumlah": (),
    "sisanya": (),
    "daerah": (),
    "lewat_tangan": (),
    "kode": (),
    "berlaku": (),
    "dikonfirmasi": (),
    "dokumen": (),
    "sidik": (),
}
#: a text longer than this many characters is a mistake
LONGEST = 20_000
_FILTERS = {"default", "d", "upper", "lower", "title", "trim"}
_SHAPES = (
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
)
_BLANK_LINES = re.compile(r"\n{3,}")


class TextRefused(KsddError):
    """A message text cannot be used as it is written; `line` counts from 1."""

    status = 422
    default_key = "texts.unreadable"

    def __init__(self, key: str, line: int, **values: Any) -> None:
        self.line = line
        super().__init__(key, line=line, **values)


@dataclass(frozen=True, kw_only=True)
class Text:
    """A rendered message."""

    subject: str
    body: str


@lru_cache(maxsize=256)
def check(source: str) -> None:
    """Refuse a text that could not be sent; raises TextRefused with the line."""
    tree = _parse(source)
    for node in tree.find_all(nodes.Node):
        _check_shape(node)
        _check_name(node)
    subject, _, body = source.strip().partition("\n")
    if not subject.strip() or not body.strip():
        raise TextRefused("texts.no_body", 1)


def check_code(source: str) -> None:
    """Refuse a text that brings a one-time code without saying it, or says it in the subject, which
    is shown and kept in more places than the letter."""
    named = [node for node in _parse(source).find_all(nodes.Name) if node.name == "kode"]
    blank = source[: len(source) - len(source.lstrip())]
    first = 1 + blank.count("\n")
    if not named:
        raise TextRefused("texts.no_code", 1)
    if any(node.lineno <= first for node in named):
        raise TextRefused("texts.code_in_subject", first)


def render(source: str, facts: Mapping[str, Any]) -> Text:
    """The subject and body of a text with its facts filled in; raises TextRefused.

    A fact that is missing is empty: whether it is there is what `{% if %}` asks.
    """
    template = _compiled(source)
    try:
        whole = template.render(facts)[:LONGEST]
    except (TemplateError, TypeError) as error:
        raise TextRefused("texts.unreadable", 1, why=str(error)) from error
    subject, _, body = whole.strip().partition("\n")
    tidy = _BLANK_LINES.sub("\n\n", body.strip())
    return Text(subject=subject.strip(), body=tidy + "\n")


@lru_cache(maxsize=256)
def _compiled(source: str) -> Template:
    """A text ready to be filled in: reading one takes longer than all else that a letter costs."""
    check(source)
    try:
        return _environment().from_string(source)
    except TemplateError as error:
        raise TextRefused("texts.unreadable", 1, why=str(error)) from error


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    return ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, undefined=ChainableUndefined
    )


def _parse(source: str) -> nodes.Template:
    if len(source) > LONGEST:
        raise TextRefused("texts.too_long", 1, limit=LONGEST)
    try:
        return _environment().parse(source)
    except TemplateSyntaxError as error:
        raise TextRefused("texts.unreadable", error.lineno, why=error.message or "") from error
    except RecursionError:
        raise TextRefused("texts.unreadable", 1, why="{{ … }}") from None


def _check_shape(node: nodes.Node) -> None:
    if not isinstance(node, _SHAPES) or (isinstance(node, nodes.Name) and node.ctx != "load"):
        raise TextRefused("texts.not_understood", node.lineno, what=type(node).__name__)
    if isinstance(node, nodes.Filter) and node.name not in _FILTERS:
        raise TextRefused("texts.not_understood", node.lineno, what=f"|{node.name}")


def _check_name(node: nodes.Node) -> None:
    """Refuse a fact that no letter has, so that a slip of the pen shows before it is sent."""
    if isinstance(node, nodes.Name) and node.name not in FACTS:
        raise TextRefused("texts.unknown", node.lineno, name=node.name, known=", ".join(FACTS))
    if isinstance(node, nodes.Getattr):
        if not isinstance(node.node, nodes.Name):
            raise TextRefused("texts.not_understood", node.lineno, what=f".{node.attr}")
        known = FACTS.get(node.node.name, ())
        if node.attr not in known:
            name = f"{node.node.name}.{node.attr}"
            raise TextRefused("texts.unknown", node.lineno, name=name, known=", ".join(known))
