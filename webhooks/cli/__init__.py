"""The command `ksdd`: every part of the product and every tool of its keepers.

Each command says in its help what it promises, with one example. An error is one sentence on
standard error and exit code 1.
"""

from webhooks.cli import absences as absences
from webhooks.cli import accounts as accounts
from webhooks.cli import bundle as bundle
from webhooks.cli import calendar as calendar
from webhooks.cli import events as events
from webhooks.cli import files as files
from webhooks.cli import folders as folders
from webhooks.cli import installation as installation
from webhooks.cli import keeping as keeping
from webhooks.cli import migrating as migrating
from webhooks.cli import own_accounts as own_accounts
from webhooks.cli import parts as parts
from webhooks.cli import people as people
from webhooks.cli import record as record
from webhooks.cli.root import commands as commands
from webhooks.cli.root import main as main
