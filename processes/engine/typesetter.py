"""The program that sets one letter: reads what to set as JSON, writes a PDF.

It reads `{"template", "data", "seconds", "standards"}`.
`processes.engine.typesetting` runs it in a process of its own. It imports nothing of the product.
"""

from __future__ import annotations

import json
import resource
import sys
from contextlib import suppress
from typing import Any

#: bytes of memory the process may have
MEMORY = 2 * 1024**3


def main() -> int:
    """Set the letter on standard input; 1, with what is wrong on standard error, when it fails."""
    # imported here because only this process needs it
    import typst

    with suppress(ValueError, OSError):  # some systems do not know this limit
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    given: dict[str, Any] = json.load(sys.stdin)
    try:
        made = typst.compile(
            given["template"].encode(),
            root=".",
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs={"data": given["data"]},
            timestamp=given["seconds"],
            pdf_standards=given["standards"],
            package_path=".",
            package_cache_path=".",
        )
    except typst.TypstError as error:
        sys.stderr.write(f"{error.message}\n{error.diagnostic}\n")
        return 1
    sys.stdout.buffer.write(made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
