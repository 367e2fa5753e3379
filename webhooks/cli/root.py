"""The root of the command `ksdd`: how every command starts, fails and ends."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from processes.errors import KsddError
from processes.sentences import say
from processes.settings import Settings
from webhooks.cli import troubles
from webhooks.cli.overview import Overview

if TYPE_CHECKING:
    from processes.office import Office


@click.group(cls=Overview, help=say("commands.ksdd"), epilog=say("commands.ksdd_example"))
def commands() -> None:
    """The command `ksdd`."""


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run one command and leave with its exit code."""
    try:
        commands.main(arguments, prog_name="ksdd", standalone_mode=False)
    except KsddError as error:
        fail(troubles.sentence(error) or error.say())
    except click.Abort:
        fail(say("commands.aborted"))
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
    except click.ClickException as error:
        fail(say("commands.usage", what=_in_our_words(error)))
    except OverflowError:
        fail(say("commands.moment_far"))
    except BrokenPipeError:
        # whoever read the output has gone, for example `ksdd ... | head`
        os._exit(0)
    except Exception as error:  # noqa: BLE001 - the last stop: a keeper gets a sentence, no traceback
        fail(troubles.sentence(error) or say("commands.unexpected", what=_where(error)))
    sys.exit(0)


def _in_our_words(error: click.ClickException) -> str:
    """What click says in English, as a sentence of ours."""
    if isinstance(error, click.NoSuchOption):
        return say("commands.no_option", name=error.option_name)
    if isinstance(error, click.BadParameter):
        name = error.param.get_error_hint(error.ctx) if error.param and error.ctx else ""
        if isinstance(error, click.MissingParameter):
            return say("commands.missing", name=name)
        kind = error.param.type if error.param else None
        choices = ", ".join(map(str, kind.choices)) if isinstance(kind, click.Choice) else ""
        return say("commands.bad_choice" if choices else "commands.bad", name=name, choices=choices)
    if isinstance(error, click.exceptions.NoSuchCommand):
        return say("commands.no_command", name=error.command_name)
    return error.format_message()


def fail(sentence: str) -> NoReturn:
    """Say what went wrong on standard error and leave with exit code 1."""
    click.echo(sentence, err=True)
    sys.exit(1)


def _where(error: Exception) -> str:
    """The error in one line, with the place in our code that a report needs."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f" ({Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno})" if trace else ""
    text = str(error).strip().partition("\n")[0]
    return f"{type(error).__name__}: {text}{place}"


def read_settings() -> Settings:
    """The settings of this process; SettingsError stops the command."""
    return Settings.from_environment(os.environ)


def open_office() -> Office:
    """The installation that the settings name; what `Office.open` raises stops the command."""
    from processes.office import Office

    return Office.open(read_settings())


def this_moment() -> datetime:
    """Now, UTC."""
    return datetime.now(UTC)


def sign_in_url(settings: Settings, token: str) -> str:
    """The address of a sign-in link."""
    return f"{settings.base_url}/masuk/{token}"
