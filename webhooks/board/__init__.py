"""The dashboard: what runs, what waits, what is late; for those who are signed in."""

from webhooks.board import account_views as account_views
from webhooks.board import calendar_views as calendar_views
from webhooks.board import codes as codes
from webhooks.board import continuing as continuing
from webhooks.board import desk as desk
from webhooks.board import files as files
from webhooks.board import held as held
from webhooks.board import maps as maps
from webhooks.board import matters as matters
from webhooks.board import messages as messages
from webhooks.board import moving as moving
from webhooks.board import my_account as my_account
from webhooks.board import my_tasks as my_tasks
from webhooks.board import new_case as new_case
from webhooks.board import observing as observing
from webhooks.board import partner_views as partner_views
from webhooks.board import record as record
from webhooks.board import records as records
from webhooks.board import repairs as repairs
from webhooks.board import status_views as status_views
from webhooks.board import substitutes as substitutes
from webhooks.board import troubles as troubles
from webhooks.board import webhook_views as webhook_views
from webhooks.board.views import pages as pages
