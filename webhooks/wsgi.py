"""The app as a server loads it: `granian --interface wsgi --factory webhooks.wsgi:app`."""

from __future__ import annotations

import os

from flask import Flask

from processes.office import Office
from processes.settings import Settings
from webhooks.app import create_app
from worker.logs import set_up


def app() -> Flask:
    """A new app on the installation that the environment names."""
    settings = Settings.from_environment(os.environ)
    set_up(settings, "web")
    return create_app(Office.open(settings))
