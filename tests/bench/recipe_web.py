"""The recipe over HTTP: one Flask view, no login, no checks."""

from __future__ import annotations

import os
from datetime import UTC, datetime

from flask import Flask, request
from flask.typing import ResponseReturnValue

from processes.store.database import Database
from tests.bench.recipe import BareRecipe, Recipe


def app() -> Flask:
    """The recipe's app on the database that the environment names."""
    return _app(Recipe)


def bare() -> Flask:
    """The same with the recipe's statements only."""
    return _app(BareRecipe)


def _app(kind: type[Recipe]) -> Flask:
    made = Flask("recipe")
    recipe = kind(Database.open(os.environ["KSDD_DATABASE_URL"]))

    @made.get("/healthz")
    def healthz() -> ResponseReturnValue:
        return {"status": "ok"}

    @made.post("/tasks/<task_id>/complete")
    def complete(task_id: str) -> ResponseReturnValue:
        recipe.complete(task_id, request.get_json()["answers"], datetime.now(UTC))
        return {"task": task_id}

    return made
