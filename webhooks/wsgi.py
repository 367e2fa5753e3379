"""The app as a server loads it: `granian --interface wsgi --factory webhooks.wsgi:app`."""

from __future__ import annotations

import gc
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
    made = create_app(Office.open(settings))
    # what stays until the end need not be looked through for garbage again and again
    gc.collect()
    gc.freeze()
    return made
