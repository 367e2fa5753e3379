"""Nothing that the shipped procedure asks is presented as law: each number names its basis."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from processes.engine.attributes import NAMES

FOLDER = Path(__file__).parents[1] / "processes" / "ksdd"
OWNERS = "Pengaturan pemilik proses; periksa terhadap Permendagri 22/2020"
#: numbers of the procedure that read as law and are not verified against it
DOUBTFUL = {
    "tahap2_kesediaan": "30 hari kerja",
    "s2_diam_30": "30",
    "s2_diam_45": "45",
    "tahap4_keputusan_dprd": "45 hari kerja",
    "s4_diam": "45",
}
#: limits that only catch slips of the pen, and what they keep out
SLIPS = {
    "tahun_anggaran": "a year that is none",
    "rangkap": "an agreement without an original",
    "rangkap_bermeterai": "less than no stamped copy",
    "nilai": "a mark outside the scale on the form",
}


def root() -> Any:
    return etree.parse(FOLDER / "ksdd.bpmn").getroot()


def properties(element: Any) -> dict[str, str]:
    found = element.xpath(
        "./bpmn:extensionElements/camunda:properties/camunda:property", namespaces=NAMES
    )
    return {p.get("name"): p.get("value") or "" for p in found}


def clocks() -> dict[str, tuple[str, str]]:
    """Every deadline and timer: what is said, and its basis, by the id of the shape."""
    found = {}
    process = properties(root().find("bpmn:process[@isExecutable='true']", NAMES))
    for task in root().iter(f"{{{NAMES['bpmn']}}}userTask"):
        due = task.get(f"{{{NAMES['camunda']}}}dueDate")
        if due:
            basis = properties(task).get("dasar", process.get("dasar", ""))
            found[task.get("id")] = (due, basis)
    for definition in root().iter(f"{{{NAMES['bpmn']}}}timerEventDefinition"):
        event = definition.getparent()
        said = "".join(definition.itertext()).strip()
        found[event.get("id")] = (said, properties(event).get("dasar", ""))
    return found


def limits() -> dict[str, str]:
    """Every number field that has a least or a most: `task.field` and what the owner says of it."""
    found = {}
    for field in root().iter(f"{{{NAMES['camunda']}}}formField"):
        bounds = field.xpath(
            "./camunda:validation/camunda:constraint[@name='min' or @name='max']/@config",
            namespaces=NAMES,
        )
        if bounds:
            task = next(field.iterancestors(f"{{{NAMES['bpmn']}}}userTask"))
            helps = field.xpath(
                "./camunda:properties/camunda:property[@id='bantuan']/@value", namespaces=NAMES
            )
            found[f"{task.get('id')}.{field.get('id')}"] = " ".join(helps)
    return found


def test_there_are_as_many_clocks_as_the_procedure_has() -> None:
    assert len(clocks()) >= 30


@pytest.mark.parametrize("shape", sorted(clocks()))
def test_every_deadline_and_timer_says_what_it_rests_on(shape: str) -> None:
    said, basis = clocks()[shape]
    assert basis, f"{shape} ({said}) names no basis"


@pytest.mark.parametrize("shape", sorted(DOUBTFUL))
def test_the_numbers_that_read_as_law_are_the_owners_settings(shape: str) -> None:
    said, basis = clocks()[shape]
    assert DOUBTFUL[shape] in said
    assert OWNERS in basis


@pytest.mark.parametrize("name", sorted(limits()))
def test_every_limit_says_what_it_rests_on_or_only_catches_slips(name: str) -> None:
    if name.partition(".")[2] in SLIPS:
        return
    assert OWNERS in limits()[name], f"{name} is limited and names no basis"


def test_nothing_counted_in_months_or_days_passes_for_a_slip_of_the_pen() -> None:
    durations = {name for name in limits() if re.search(r"bulan|hari|waktu|tenggat", name)}
    assert len(durations) >= 3
    assert not {name.partition(".")[2] for name in durations} & SLIPS.keys()


def test_every_slip_is_still_asked_for() -> None:
    assert SLIPS.keys() <= {name.partition(".")[2] for name in limits()}


def test_no_sentence_of_the_product_claims_a_deadline_by_law() -> None:
    claims = re.compile(r"(menurut|berdasarkan|sesuai)\s+(undang-undang|PP|Permendagri)", re.I)
    for path in (FOLDER.parent / "sentences").rglob("*.toml"):
        assert not claims.search(path.read_text("utf-8")), path
    for path in (FOLDER / "pesan").glob("*.txt"):
        assert not claims.search(path.read_text("utf-8")), path
