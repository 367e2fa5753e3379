"""The program that looks into one PDF: its path is the argument, one word on standard output.

`processes.store.pdf_structure` runs it in a process of its own, so that a file made to hang or to
fill the memory hurts nobody. It imports nothing of the product.

`ok`, `active` (it would act by itself when opened), `attachment` (it carries another file),
`encrypted`, `damaged`, or `endless` (looking at it takes more than it may have).
"""

from __future__ import annotations

import re
import resource
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

#: bytes of memory and seconds of computing that the process may have
MEMORY = 512 * 1024**2
SECONDS = 2
#: actions that start a program, run a script, or send or fetch data
FORBIDDEN = ("/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/RichMediaExecute")
#: actions that may happen by themselves, on opening: turning to a page
HARMLESS = ("/GoTo", "/Named")
#: what makes a dictionary part of a script, wherever it stands
SCRIPTED = ("/JS", "/JavaScript", "/XFA")
#: what hangs another file on this one
CARRYING = ("/EF", "/EmbeddedFiles")
MOST_FOLLOWED = 20
#: what every object that is not harmless has, once its names are spelt plainly
_TELLING = re.compile(
    rb"/(?:JS|JavaScript|XFA|AA|OpenAction|EF|EmbeddedFiles?|Launch|ImportData|SubmitForm"
    rb"|RichMediaExecute)(?![\w.-])"
)


def main() -> int:
    """Print what the PDF named by the argument is."""
    for limit, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS)):
        with suppress(ValueError, OSError):  # some systems do not know these limits
            resource.setrlimit(limit, (most, most))
    sys.stdout.write(_looked_at(sys.argv[1]))
    return 0


def _looked_at(path: str) -> str:
    # imported here because only this process needs it
    import pikepdf

    try:
        with pikepdf.open(path) as pdf:
            if pdf.is_encrypted:
                return "encrypted"
            if "/Root" not in pdf.trailer or not isinstance(pdf.Root, pikepdf.Dictionary):
                return "damaged"
            found = {_kind(each) for each in _dictionaries(pdf)}
    except pikepdf.PasswordError:
        return "encrypted"
    except MemoryError:
        return "endless"
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, RuntimeError):
        return "damaged"
    return next((kind for kind in ("active", "attachment") if kind in found), "ok")


def _dictionaries(pdf: Any) -> Iterator[Any]:
    """Every dictionary of every object that may be more than harmless, those in object streams and
    those nested included. A page or a paragraph is passed over at once: a file has thousands."""
    import pikepdf

    for found in pdf.objects:
        waiting = [found] if _TELLING.search(_spelt(found)) else []
        while waiting:
            one = waiting.pop()
            if isinstance(one, pikepdf.Stream):
                one = one.stream_dict
            if isinstance(one, pikepdf.Dictionary):
                yield one
                waiting += [each for each in one.as_dict().values() if _is_part(each)]
            elif isinstance(one, pikepdf.Array):
                waiting += [each for each in one.as_list() if _is_part(each)]


def _spelt(found: Any) -> bytes:
    """An object as it is written when no name hides behind numbers; of a stream, what heads it."""
    import pikepdf

    if isinstance(found, pikepdf.Stream):
        found = found.stream_dict
    if not isinstance(found, pikepdf.Dictionary | pikepdf.Array):
        return b""
    spelt: bytes = found.unparse(resolved=True)
    return spelt


def _is_part(value: Any) -> bool:
    """Whether a value belongs to the object it stands in, rather than being one of its own."""
    import pikepdf

    return isinstance(value, pikepdf.Dictionary | pikepdf.Array) and not value.is_indirect


def _kind(one: Any) -> str:
    if any(key in one for key in SCRIPTED) or _name(one, "/S") in FORBIDDEN:
        return "active"
    if "/OpenAction" in one and not _is_harmless(one["/OpenAction"]):
        return "active"
    if "/AA" in one and not all(_is_harmless(each) for each in _values(one["/AA"])):
        return "active"
    carries = any(key in one for key in CARRYING) or _name(one, "/Type") == "/EmbeddedFile"
    return "attachment" if carries else "ok"


def _is_harmless(action: Any) -> bool:
    """Whether what happens by itself only turns to a page; a plain destination does."""
    import pikepdf

    for _ in range(MOST_FOLLOWED):
        if not isinstance(action, pikepdf.Dictionary):
            return not isinstance(action, pikepdf.Stream)
        if "/S" not in action and "/D" not in action:
            return not list(action.keys())
        if "/S" in action and _name(action, "/S") not in HARMLESS:
            return False
        if "/Next" not in action:
            return True
        action = action["/Next"]
        if isinstance(action, pikepdf.Array):
            return all(_name(each, "/S") in HARMLESS for each in action.as_list())
    return False


def _values(dictionary: Any) -> list[Any]:
    import pikepdf

    plain = isinstance(dictionary, pikepdf.Dictionary)
    return list(dictionary.as_dict().values()) if plain else [dictionary]


def _name(dictionary: Any, key: str) -> str:
    import pikepdf

    if not isinstance(dictionary, pikepdf.Dictionary):
        return ""
    value = dictionary.get(key)
    return str(value) if isinstance(value, pikepdf.Name) else ""


if __name__ == "__main__":
    sys.exit(main())
