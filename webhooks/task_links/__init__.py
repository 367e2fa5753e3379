"""The page behind a mailed link: one task, for one official, without an account."""

from webhooks.task_links import code_views as code_views
from webhooks.task_links.views import pages as pages
