"""The page of a short code: a partner without officials names a contact, or hands in its reply."""

from webhooks.partners.views import pages as pages
