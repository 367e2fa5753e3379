"""The page behind a mailed link: one task, for one official, without an account."""

from webhooks.task_links.views import pages as pages
