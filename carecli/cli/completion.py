"""Shell completion: the command that prints the script, and the values it offers."""

from __future__ import annotations

from dataclasses import dataclass

import click
from click.shell_completion import CompletionItem, get_completion_class

from carecli.cli.shared import CommonOptions, asked, deed

VARIABLE = "_CARECLI_COMPLETE"
"""In it a shell that wants completions tells its name and what it asks; click reads it."""


@dataclass(frozen=True, slots=True)
class Completion:
    """A shell, and its completion script."""

    shell: str
    script: str


@deed(
    'eval "$(carecli completion bash)"                                 # in ~/.bashrc',
    'eval "$(carecli completion zsh)"                                  # in ~/.zshrc',
    "carecli completion fish > ~/.config/fish/completions/carecli.fish  # once",
    says=Completion,
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@asked
def completion(asked: CommonOptions, shell: str) -> None:
    """Print the script with which a shell completes commands, options and their values.

    The shell must read it at each start. In zsh, put `autoload -U compinit; compinit` before it.
    Bash must be version 4.4 or newer.
    """
    found = get_completion_class(shell)
    command = click.get_current_context().find_root().command
    if found is None:
        raise click.UsageError(f"Unknown shell: {shell!r}.")
    script = found(command, {}, "carecli", VARIABLE).source_vars()
    text = found.source_template % script
    asked.tell(Completion(shell, text), text)


def channel_keys(
    ctx: click.Context, _parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """The keys of the configured channels that begin like this; none where nothing can be read."""
    from carecli.boot.setup import set_up
    from carecli.domain.errors import CareError

    root = ctx.find_root().params
    given = ctx.params.get("config_file") or root.get("config_file") or ""
    try:
        channels = set_up(given).config.channels
    except CareError:
        return []
    return [
        CompletionItem(key, help=channel.title)
        for key, channel in channels.items()
        if key.startswith(incomplete)
    ]
