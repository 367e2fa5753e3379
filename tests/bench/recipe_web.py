"""The recipe over HTTP: one Flask view, no login, no checks."""

from __future__ import annotations

import os
from datetime import UTC, datetime

from flask import Flask, request
from flask.typing import ResponseReturnValue

from processes.store.database import Database
from tests.bench.recipe import Recipe


def app() -> Flask:
    """The recipe's app on the database that the environment names."""
    made = Flask("recipe")
    recipe = Recipe(Database.open(os.environ["KSDD_DATABASE_URL"]))

    @made.get("/healthz")
    def healthz() -> ResponseReturnValue:
        return {"status": "ok"}

    @made.post("/tasks/<task_id>/complete")
    def complete(task_id: str) -> ResponseReturnValue:
        recipe.complete(task_id, request.get_json()["answers"], datetime.now(UTC))
        return {"task": task_id}

    return made
