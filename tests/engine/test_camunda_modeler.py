"""Folders that Camunda Modeler opened and saved: nothing but what was edited there differs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lxml import etree

import processes
from processes.actions.procedures import check, read_folder
from processes.engine.comparing import Area, compare, is_text_only
from processes.engine.migration.sameness import is_same_but_words
from processes.engine.picture.layout import DC
from processes.engine.procedure import Procedure

HERE = Path(processes.__file__ or "").parent
SHIPPED = ("ksdd", "ksdd_pp28")
#: where its editor puts the upper left corner of a drawing when it saves one that lies further
#: away than the tolerance: all shapes are moved, and flows are written in another order
ORIGIN, TOLERANCE = {"x": 150, "y": 75}, 50
#: what its editor writes on a shape to which an element template was applied
MARK = ' camunda:modelerTemplate="ksdd.tugas" camunda:modelerTemplateVersion="1"'


@pytest.mark.parametrize("key", SHIPPED)
def test_the_shipped_drawings_lie_where_its_editor_leaves_them(key: str) -> None:
    root = etree.parse(HERE / key / f"{key}.bpmn").getroot()
    boxes = list(root.iter(f"{{{DC}}}Bounds"))
    for axis, wanted in ORIGIN.items():
        assert abs(min(float(box.get(axis)) for box in boxes) - wanted) < TOLERANCE - 10


@pytest.mark.parametrize("key", SHIPPED)
def test_the_mark_of_an_element_template_is_no_finding_and_no_difference(key: str) -> None:
    files = read_folder(HERE / key)
    name = f"{key}.bpmn"
    marked, count = re.subn(
        rb"<bpmn:userTask ", b"<bpmn:userTask" + MARK.encode() + b" ", files[name]
    )
    assert count > 20
    after = {**files, name: marked}
    assert check(after) == []
    changes = compare(files, after)
    assert {change.area for change in changes} <= {Area.LAYOUT}
    assert is_text_only(changes)
    assert is_same_but_words(Procedure(key, files), Procedure(key, after))
