"""Changing the procedure in the browser: its versions, its drafts, and the page that draws."""

from webhooks.drawing import calls as calls
from webhooks.drawing import modeler as modeler
from webhooks.drawing import procedures as procedures
from webhooks.drawing.pages import pages as pages
