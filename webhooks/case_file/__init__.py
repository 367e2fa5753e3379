"""The case file (berkas perkara): all that a viewer may know of a case, readable without us."""

from webhooks.case_file.archive import MEDIA_TYPE as MEDIA_TYPE
from webhooks.case_file.archive import CaseFile as CaseFile
from webhooks.case_file.archive import export as export
