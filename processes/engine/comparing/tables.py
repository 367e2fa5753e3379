"""Differences between decision tables: columns, rows and cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

from processes.engine.comparing.changes import (
    Area,
    Change,
    Line,
    Phrase,
    Said,
    Sign,
    Weight,
    phrase,
)
from processes.engine.comparing.texts import line_changes
from processes.engine.table_file import Cell, Input, Output, Rule, Table, read_table
from processes.engine.xml import load_xml
from processes.errors import DiagramRefused

#: cells that are said in words
WORDS = {"true": "word_ya", "false": "word_tidak", "null": "word_none", "-": "word_anything"}
#: hit policies and types with a word of their own
POLICIES = ("UNIQUE", "FIRST", "ANY")
TYPES = ("boolean", "string", "number", "integer", "long", "double", "date")

Part = TypeVar("Part", Input, Output, Rule)


def tables_of(files: Mapping[str, bytes]) -> dict[str, tuple[str, Table | None]]:
    """The tables of a folder by their ids (by the file's name where it cannot be read), each with
    its file; None when it cannot be read."""
    found: dict[str, tuple[str, Table | None]] = {}
    for path in sorted(files):
        if path.endswith(".dmn"):
            try:
                table = read_table(files[path], path)
                found[table.element or path] = (path, table)
            except DiagramRefused:
                found[path] = (path, None)
    return found


def table_names(files: Mapping[str, bytes]) -> dict[str, str]:
    """Names of the tables by their ids."""
    return {own: table.name for own, (_, table) in tables_of(files).items() if table is not None}


def table_changes(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> Iterator[Change]:
    """Every table that came, went, or decides otherwise."""
    before, after = tables_of(old), tables_of(new)
    for own in (*before, *(each for each in after if each not in before)):
        was, now = before.get(own), after.get(own)
        if was is None or now is None:
            yield _whole(was or now, Sign.ADDED if was is None else Sign.REMOVED)
        elif old[was[0]] != new[now[0]]:
            yield from _table(was, now, old[was[0]], new[now[0]])


def _whole(found: tuple[str, Table | None] | None, sign: Sign) -> Change:
    path, table = found or ("", None)
    lines: tuple[Line, ...] = ()
    if table is not None and sign is Sign.ADDED:
        lines = tuple(Line(sign=sign, said=_row(rule, table)) for rule in table.rules)
    name = path if table is None else table.name
    return _change(name, phrase(sign.value), sign=sign, lines=lines)


def _table(
    was: tuple[str, Table | None], now: tuple[str, Table | None], old: bytes, new: bytes
) -> Iterator[Change]:
    before, after = was[1], now[1]
    if before is None or after is None:
        texts = [content.decode("utf-8", "replace") for content in (old, new)]
        name = before.name if before else after.name if after else now[0]
        yield _change(name, phrase("unreadable"), lines=line_changes(*texts))
        return
    found = [
        *_facts(before, after),
        *_columns(before.inputs, after.inputs, after, "input"),
        *_columns(before.outputs, after.outputs, after, "output"),
        *_rows(before, after),
        *_remarks(old, new, after),
    ]
    yield from found or [_change(after.name, phrase("rewritten"), weight=Weight.LAYOUT)]


def _facts(before: Table, after: Table) -> Iterator[Change]:
    if before.name != after.name:
        what = phrase("renamed", before=before.name, after=after.name)
        yield _change(after.name, what, weight=Weight.TEXT)
    if before.hit_policy != after.hit_policy:
        words = [_policy(each.hit_policy) for each in (before, after)]
        what = phrase("changed", fact=phrase("fact_policy"), before=words[0], after=words[1])
        yield _change(after.name, what)


def _columns(
    before: Sequence[Input] | Sequence[Output],
    after: Sequence[Input] | Sequence[Output],
    table: Table,
    kind: str,
) -> Iterator[Change]:
    old, new = ({_key(e): e for e in side} for side in (before, after))
    for own in (*old, *(each for each in new if each not in old)):
        was, now = old.get(own), new.get(own)
        if was is None or now is None:
            sign = Sign.ADDED if was is None else Sign.REMOVED
            column = now or was
            label = column.place if column is not None else own
            yield _change(table.name, phrase(f"{kind}_{sign.value}", column=label), sign=sign)
            continue
        if was.place != now.place:
            what = phrase("column_renamed", before=was.place, after=now.place)
            yield _change(table.name, what, weight=Weight.TEXT)
        for fact, values in _column_facts(was, now).items():
            if values[0] != values[1]:
                what = phrase(
                    "column_changed", column=now.place, fact=phrase(f"fact_{fact}"),
                    before=_said(fact, values[0]), after=_said(fact, values[1]),
                )  # fmt: skip
                yield _change(table.name, what)
    shared = [own for own in new if own in old]
    if shared != [own for own in old if own in new]:
        yield _change(table.name, phrase("columns_reordered"), weight=Weight.TEXT)


def _column_facts(was: Any, now: Any) -> dict[str, tuple[str, str]]:
    return {
        "asked": (was.text, now.text),
        "result": (getattr(was, "name", ""), getattr(now, "name", "")),
        "type": (was.type_ref, now.type_ref),
        "allowed": (_text(was.allowed), _text(now.allowed)),
    }


def _text(cell: Cell | None) -> str:
    return "" if cell is None else cell.text


def _said(fact: str, value: str) -> Said:
    if not value:
        return phrase("word_none")
    if fact == "type" and value in TYPES:
        return phrase(f"type_{value}")
    return phrase("quoted", text=value)


def _rows(before: Table, after: Table) -> Iterator[Change]:
    pairs = _paired(before, after)
    for old, new in pairs:
        yield from _cells(old, new, before, after)
    kept = [{rule.number for rule in side} for side in zip(*pairs, strict=True)] or [set(), set()]
    for rule in before.rules:
        if rule.number not in kept[0]:
            what = phrase("row_removed", row=_row(rule, before))
            yield _change(after.name, what, sign=Sign.REMOVED)
    for rule in after.rules:
        if rule.number not in kept[1]:
            what = phrase("row_added", number=rule.number, row=_row(rule, after))
            yield _change(after.name, what, sign=Sign.ADDED)
    numbers = [new.number for _, new in pairs]
    if numbers != sorted(numbers):
        first = "FIRST" in (before.hit_policy, after.hit_policy)
        weight = Weight.RULE if first else Weight.TEXT
        yield _change(after.name, phrase("rows_reordered"), weight=weight)


def _paired(before: Table, after: Table) -> list[tuple[Rule, Rule]]:
    """Rows of the same id, and of what is left those that say the same, in the old order."""
    ids = {rule.element: rule for rule in after.rules}
    found = {rule.number: ids.pop(rule.element) for rule in before.rules if rule.element in ids}
    left = {_cells_of(rule): rule for rule in ids.values()}
    for rule in before.rules:
        if rule.number not in found and _cells_of(rule) in left:
            found[rule.number] = left.pop(_cells_of(rule))
    return [(rule, found[rule.number]) for rule in before.rules if rule.number in found]


def _cells_of(rule: Rule) -> tuple[str, ...]:
    return tuple(cell.text for cell in (*rule.inputs, *rule.outputs))


def _cells(old: Rule, new: Rule, before: Table, after: Table) -> Iterator[Change]:
    """Cells of a row that say something else, by the columns that are in both tables."""
    was, now = _by_column(old, before), _by_column(new, after)
    for own, (label, cell) in now.items():
        if own in was and was[own][1].text != cell.text:
            what = phrase(
                "cell_changed", number=new.number, column=label,
                before=_cell(was[own][1]), after=_cell(cell),
            )  # fmt: skip
            yield _change(after.name, what)


def _by_column(rule: Rule, table: Table) -> dict[str, tuple[str, Cell]]:
    columns: list[Input | Output] = [*table.inputs, *table.outputs]
    cells = [*rule.inputs, *rule.outputs]
    return {_key(c): (c.place, cell) for c, cell in zip(columns, cells, strict=False)}


def _key(column: Cell) -> str:
    return column.element or column.place


def _row(rule: Rule, table: Table) -> Phrase:
    """A whole row in words."""
    labels = [[column.place for column in side] for side in (table.inputs, table.outputs)]
    sides = [
        tuple(
            phrase("cell_is", column=label, value=_cell(cell))
            for label, cell in zip(names, cells, strict=False)
        )
        for names, cells in zip(labels, (rule.inputs, rule.outputs), strict=True)
    ]
    return phrase("row_is", inputs=sides[0], outputs=sides[1])


def _cell(cell: Cell) -> Said:
    word = WORDS.get(cell.text or "-")
    return phrase("quoted", text=cell.text.strip('"')) if word is None else phrase(word)


def _policy(name: str) -> Said:
    return phrase(f"policy_{name}") if name in POLICIES else phrase("quoted", text=name)


def _remarks(old: bytes, new: bytes, table: Table) -> Iterator[Change]:
    """What stands beside the table and its rows for people to read."""
    if _descriptions(old) != _descriptions(new):
        before, after = ("\n".join(_descriptions(each)) for each in (old, new))
        yield _change(
            table.name, phrase("remarks"), weight=Weight.TEXT, lines=line_changes(before, after)
        )


def _descriptions(content: bytes) -> list[str]:
    return [
        "".join(element.itertext()).strip()
        for element in load_xml(content, "dmn").iter("{*}description")
    ]


def _change(
    name: str,
    what: Phrase,
    *,
    sign: Sign = Sign.CHANGED,
    weight: Weight = Weight.RULE,
    lines: tuple[Line, ...] = (),
) -> Change:
    return Change(
        area=Area.DECISIONS,
        sign=sign,
        weight=weight,
        subject=phrase("about_table", name=name),
        what=what,
        lines=lines,
    )
