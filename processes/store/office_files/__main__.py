"""Print what the file named by the argument is."""

from __future__ import annotations

import io
import resource
import struct
import sys
import zipfile
import zlib
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO
from xml.parsers import expat

from processes.store.office_files.package import MOST_RATIO, MOST_UNPACKED, Counter, Package
from processes.store.office_files.refusals import Refused

#: bytes of memory and seconds of computing that the process may have
MEMORY = 512 * 1024**2
SECONDS = 2


def main() -> int:
    """Look into the file within the limits."""
    for limit, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS)):
        with suppress(ValueError, OSError):  # some systems do not know these limits
            resource.setrlimit(limit, (most, most))
    with Path(sys.argv[1]).open("rb") as file:
        sys.stdout.write(_looked_at(file))
    return 0


def _looked_at(file: BinaryIO) -> str:
    most = min(MOST_UNPACKED, MOST_RATIO * file.seek(0, io.SEEK_END))
    try:
        return Package(file, Counter(most)).kind()
    except Refused as why:
        return why.word
    except (zipfile.BadZipFile, zlib.error, struct.error, expat.ExpatError):
        return "damaged"
    except (NotImplementedError, EOFError, OSError, ValueError, RuntimeError):
        return "damaged"
    except MemoryError:
        return "unsafe"


if __name__ == "__main__":
    sys.exit(main())
