"""The cast of the machine API: other systems that call the small installation with their tokens.

Every answer that a `Machine` gets is held against the OpenAPI document, whatever the test is about.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask

from processes.office import Office
from processes.store import accounts
from processes.store.tables import AccountRole
from tests.webhooks.api.machine import Machine


@pytest.fixture
def machine(app: Flask, office: Office, clock: Callable[[], datetime]) -> Callable[..., Machine]:
    """Makes another system, for example `machine("bogor", role="owner", region="32.01")`."""

    def make(name: str, *, role: str = "system", region: str | None = None) -> Machine:
        with office.database.write() as session:
            token = accounts.create_token(
                session, name=name, role=AccountRole(role), region_code=region, now=clock()
            )
        return Machine(app, token)

    return make


@pytest.fixture
def system(machine: Callable[..., Machine]) -> Machine:
    """Another system that acts for every region."""
    return machine("sistem persuratan")
