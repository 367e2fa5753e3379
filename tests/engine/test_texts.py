"""The owner's message texts say the facts of their letter, and can do nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from processes.engine.texts import FACTS, TextRefused, check, render

PERKARA = {"nomor": "KSDD/2026/0001", "judul": "Air bersih {{ 7*7 }}", "para_pihak": "A dan B"}
SHIPPED = Path(__file__).parents[2] / "processes" / "ksdd" / "pesan"


def test_the_first_line_is_the_subject_and_the_rest_is_the_body() -> None:
    text = render("Perkara {{ perkara.nomor }}\n\n\n\nYth.\n\n\n\nIsi.", {"perkara": PERKARA})
    assert text.subject == "Perkara KSDD/2026/0001"
    assert text.body == "Yth.\n\nIsi.\n"


def test_a_title_that_looks_like_a_text_is_not_obeyed() -> None:
    assert "{{ 7*7 }}" in render("Judul\n{{ perkara.judul }}", {"perkara": PERKARA}).body


def test_a_fact_that_is_missing_is_empty_and_can_be_asked_for() -> None:
    source = "Judul\n{% if tugas.tenggat %}ada{% else %}tanpa tenggat{% endif %}{{ tugas.nama }}"
    assert render(source, {}).body == "tanpa tenggat\n"


@pytest.mark.parametrize("kind", ["tugas_baru", "kabar", "perkara_selesai"])
def test_the_shipped_texts_can_be_sent_with_all_facts_and_with_none(kind: str) -> None:
    source = (SHIPPED / f"{kind}.txt").read_text("utf-8")
    check(source)
    full = {name: dict.fromkeys(parts, "x") if parts else "x" for name, parts in FACTS.items()}
    for facts in (full, {}):
        text = render(source, facts)
        assert text.body.startswith("Yth.")
        assert "Dengan hormat," in text.body
        assert "Hormat kami," in text.body
        assert "None" not in text.subject + text.body


@pytest.mark.parametrize(
    "attack",
    [
        "{% for i in [1, 2] %}x{% endfor %}",
        "{{ ().__class__.__mro__ }}",
        "{{ perkara.__class__ }}",
        "{{ perkara.judul.__class__ }}",
        "{{ perkara.judul.upper() }}",
        "{{ perkara['judul'] }}",
        "{{ 'a' * 999999999 }}",
        "{{ 9 ** 9 ** 9 }}",
        "{{ '%999999999d' % 1 }}",
        "{{ perkara.judul|center(999999999) }}",
        "{{ perkara|attr('__class__') }}",
        "{{ self.__init__.__globals__ }}",
        "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
        "{{ lipsum }}",
        "{{ range(9) }}",
        "{% include '/etc/passwd' %}",
        "{% import 'os' as os %}",
        "{% extends 'x' %}",
        "{% macro m() %}x{% endmacro %}{{ m() }}",
        "{% set perkara = 1 %}",
        "{% filter upper %}x{% endfilter %}",
        "{% block b %}x{% endblock %}",
        "{{ " + "(" * 500 + "1" + ")" * 500 + " }}",
        "{% if tautan %}" * 2000,
        "x" * 20_001,
    ],
)
def test_nothing_but_facts_and_choices_is_understood(attack: str) -> None:
    with pytest.raises(TextRefused):
        check(f"Judul\n{attack}")


def test_a_slip_of_the_pen_is_named_with_its_line() -> None:
    with pytest.raises(TextRefused, match=r"Baris 3: perkara\.jdul .* nomor, judul") as caught:
        check("Judul\n\n{{ perkara.jdul }}")
    assert caught.value.line == 3
    assert "Line 3" in caught.value.say("en")


@pytest.mark.parametrize("source", ["", "Hanya judul", "Judul\n\n  \n"])
def test_a_text_needs_a_subject_and_a_body(source: str) -> None:
    with pytest.raises(TextRefused):
        check(source)
