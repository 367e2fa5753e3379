"""Reports: how long work takes, what is late today, what is expected, and files of all of it."""

from webhooks.reports import list_views as list_views
from webhooks.reports import log_views as log_views
from webhooks.reports import monthly_views as monthly_views
from webhooks.reports import today_views as today_views
from webhooks.reports import views as views
from webhooks.reports.pages import pages as pages
