"""What a part of a Word or Excel file refers to, and whether opening the file fetches it."""

from __future__ import annotations

import re
from urllib.parse import unquote

from processes.store.office_files.refusals import refuse

MACROS = {"vbaproject", "wordvbadata", "xlmacrosheet", "xlintlmacrosheet"}
#: small programs that sit in a page as buttons and lists
CONTROLS = {"control", "activexcontrolbinary"}
#: a web page or another text that Word takes in when it opens the file
FOREIGN = {"afchunk"}
#: a drive, a path on the same drive or from where the file lies, or a home folder of a Mac
_OWN_MACHINE = re.compile(
    r"(file:/{3})?([a-z]:[\\/].*|users/[^/\\].*)|[/\\]?[^/\\:]+([/\\][^/\\:]+)*", re.IGNORECASE
)
#: a picture on the web, and one of a mail that was left behind when its text was copied
_PICTURE = ("http://", "https://", "cid:")
#: deeper than this nobody spells a sign by its number
MOST_SPELT = 5


def judge(kind: str, target: str, mode: str) -> bool:
    """Whether the link leads to a part of the same file; refuses what acts or fetches.

    Links to click on may lead anywhere, and a picture may lie on the web. Everything else has to
    lie on the machine of whoever opens the file.
    """
    if kind in MACROS:
        refuse("macro")
    if kind in CONTROLS:
        refuse("command")
    if kind in FOREIGN:
        refuse("carrying")
    plain = _plain(target)
    if mode == "internal" and ":" not in plain and not plain.startswith(("//", "\\")):
        return True
    is_picture = kind == "image" and plain.lower().startswith(_PICTURE)
    if kind != "hyperlink" and not is_picture and not _OWN_MACHINE.fullmatch(plain):
        refuse("template" if kind == "attachedtemplate" else "external")
    return False


def _plain(target: str) -> str:
    """The address as whoever follows it reads it."""
    for _ in range(MOST_SPELT):
        target, before = unquote(target), target
        if target == before:
            break
    return "".join(sign for sign in target if sign.isprintable()).strip()
