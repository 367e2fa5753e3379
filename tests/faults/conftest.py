"""The towns of the journeys, for tests that set people on each other."""

from __future__ import annotations

from tests.journeys.conftest import both as both
from tests.journeys.conftest import postgres_town as postgres_town
from tests.journeys.conftest import settled_postgres as settled_postgres
from tests.journeys.conftest import settled_sqlite as settled_sqlite
from tests.journeys.conftest import sqlite_town as sqlite_town
from tests.journeys.conftest import town as town
