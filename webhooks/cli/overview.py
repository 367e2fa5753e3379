"""What `ksdd --help` prints: every command of every group, what it does and an example."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click

from processes.sentences import say

#: a word of a shell line; what stands in quotation marks is not cut
WORD = re.compile(r'(?:[^\s"]|"[^"]*")+')


class Overview(click.Group):
    """The root of the commands, which lists also those within its groups."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write each command by its whole name, its first sentence and its example."""
        with formatter.section(say("commands.every")):
            for name, command in leaves(self):
                formatter.write(f"  {ctx.command_path} {name}\n")
                formatter.indent()
                formatter.indent()
                formatter.write_text(command.get_short_help_str(limit=1000))
                formatter.write(in_lines(command.epilog or "", formatter.width))
                formatter.dedent()
                formatter.dedent()


def leaves(group: click.Group, before: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, by its words after `ksdd`, in the order of these."""
    for name, command in sorted(group.commands.items()):
        if isinstance(command, click.Group):
            yield from leaves(command, f"{before}{name} ")
        else:
            yield before + name, command


def in_lines(example: str, width: int) -> str:
    """An example in lines of at most `width` columns that a shell still takes as one, if copied
    from the command on."""
    lines = [" " * 6]
    for word in WORD.findall(example):
        if lines[-1].strip() and len(lines[-1]) + len(word) + 3 > width:
            lines[-1] += " \\"
            lines.append(" " * 10 + word)
        else:
            lines[-1] += f" {word}" if lines[-1].strip() else word
    return "\n".join(lines) + "\n"
