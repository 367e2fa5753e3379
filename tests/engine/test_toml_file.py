"""What an owner mistypes in a TOML file is told in his own language, with its place."""

from __future__ import annotations

import pytest

from processes.engine.roles import RolesRefused, read_roles
from processes.engine.toml_file import TomlRefused, read_toml

MISTAKES = {
    "a = 1\nini apa": ("harus ada tanda = (", 2),
    "a = 1\nb": ("harus ada tanda =", 2),
    "= 3": ("bukan nama = nilai", 1),
    'a = """x': ("tanda kutip yang dibuka", 1),
    "a = 'x": ("tanda kutip yang dibuka", 1),
    'a = "x\nb = "y"': ("tanda kutip yang dibuka", 1),
    "a = 'x\r\nb = 'y'": ("tanda kutip yang dibuka", 1),
    "a = 1\na = 2\n": ("ditulis dua kali", 2),
    "x = {a = 1, a = 2}": ("ditulis dua kali", 1),
    "[a": ("tidak ditutup", 1),
    "a = [1": ("tidak ditutup", 1),
    'a = "C:\\q"': ("garis miring terbalik", 1),
    'a = "\x01"': ("huruf kendali", 1),
    "a = 1 b = 2": ("baris baru", 1),
    "a = benar": ("tidak terbaca", 1),
}


@pytest.mark.parametrize(("text", "told"), MISTAKES.items())
def test_a_mistake_is_told_with_its_line(text: str, told: tuple[str, int]) -> None:
    with pytest.raises(TomlRefused) as refused:
        read_toml(text)
    words, line = told
    assert words in refused.value.say()
    assert refused.value.line == line
    assert not {"at line", "end of document"} & set(refused.value.say("en").split(" ("))


def test_the_list_of_roles_says_it_in_its_own_sentence() -> None:
    with pytest.raises(RolesRefused) as refused:
        read_roles(b"sekda = Sekretaris Daerah")
    assert refused.value.say() == (
        "Daftar peran tidak terbaca: nilai sesudah tanda = tidak terbaca; tulis teks di antara "
        "tanda kutip (kolom 9). Tulis satu peran pada satu baris, misalnya "
        'sekda = "Sekretaris Daerah".'
    )
