"""Days and moments on pages: written as letters write them."""

from __future__ import annotations

from processes.sentences.dates import day as day
from processes.sentences.dates import moment as moment
from processes.sentences.dates import short as short
