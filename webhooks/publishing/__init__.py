"""Publishing a draft of the procedure with two people, and what each version changed."""

from webhooks.publishing import asking as asking
from webhooks.publishing import deciding as deciding
from webhooks.publishing import trials as trials
from webhooks.publishing import versions as versions
from webhooks.publishing.pages import pages as pages
