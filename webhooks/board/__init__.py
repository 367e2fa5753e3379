"""The dashboard: what runs, what waits, what is late; for those who are signed in."""

from webhooks.board import calendar_views as calendar_views
from webhooks.board import codes as codes
from webhooks.board import continuing as continuing
from webhooks.board import files as files
from webhooks.board import matters as matters
from webhooks.board import messages as messages
from webhooks.board import new_case as new_case
from webhooks.board import official_acts as official_acts
from webhooks.board import official_page as official_page
from webhooks.board import officials as officials
from webhooks.board import officials_import as officials_import
from webhooks.board import old_agreements as old_agreements
from webhooks.board import partner_views as partner_views
from webhooks.board import personal_data as personal_data
from webhooks.board import roles_and_regions as roles_and_regions
from webhooks.board import samples as samples
from webhooks.board import substitutes as substitutes
from webhooks.board import tokens as tokens
from webhooks.board import troubles as troubles
from webhooks.board import webhook_views as webhook_views
from webhooks.board.views import pages as pages
