"""Small DMN files for the tests of decision tables."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

DMN = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def table(
    *rules: Sequence[str],
    inputs: Sequence[str] = ("x",),
    hit: str = ' hitPolicy="UNIQUE"',
    outputs: str = '<output id="o" name="hasil"/>',
    extra: str = "",
) -> bytes:
    """A DMN file, one element a line; the cells of a rule are its tests and then its results."""
    lines = [f'<definitions xmlns="{DMN}" id="d" name="d" namespace="n">']
    lines += ['<decision id="kategori" name="Kategori">', f'<decisionTable id="t"{hit}>']
    for number, text in enumerate(inputs):
        expression = (
            f'<inputExpression id="e{number}"><text>{escape(text)}</text></inputExpression>'
        )
        lines.append(f'<input id="i{number}" label={quoteattr(text)}>{expression}</input>')
    lines += [outputs, extra]
    for row, cells in enumerate(rules, start=1):
        entries = "".join(
            f'<{kind} id="c{row}_{column}"><text>{escape(cell)}</text></{kind}>'
            for column, cell in enumerate(cells)
            for kind in ["inputEntry" if column < len(inputs) else "outputEntry"]
        )
        note = "<annotationEntry><text>__import__('os')</text></annotationEntry>"
        lines.append(
            f'<rule id="r{row}"><description>= catatan</description>{entries}{note}</rule>'
        )
    lines.append("</decisionTable></decision></definitions>")
    return "\n".join(lines).encode()
