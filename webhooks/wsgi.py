"""The app as a server loads it: `granian --interface wsgi --factory webhooks.wsgi:app`."""

from __future__ import annotations

import os

from flask import Flask

from processes.office import Office
from processes.settings import Settings
from webhooks.app import create_app


def app() -> Flask:
    """A new app on the installation that the environment names."""
    return create_app(Office.open(Settings.from_environment(os.environ)))
