"""The value of `--sort`: a known order, or the words of one."""

from __future__ import annotations

from typing import Any

import click
from click.shell_completion import CompletionItem

from carecli.domain.queue import CLASSES, DEFAULT_ORDER, SORTS, parse_order


class SortOrder(click.ParamType[str]):
    """`queue`, `deadline`, `oldest`, `newest`, `waiting`, or words of `queue.order`."""

    name = "order"

    def get_metavar(
        self,
        param: click.Parameter,  # noqa: ARG002  click asks so
        ctx: click.Context,  # noqa: ARG002  likewise
    ) -> str:
        """What help and usage show."""
        return f"[{'|'.join(SORTS)}|WORDS]"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The order as the desk takes it; a usage error when there is no such order."""
        text = str(value)
        if parse_order(text, DEFAULT_ORDER) is None:
            words = ", ".join((*CLASSES, "deadline"))
            self.fail(
                f"{text!r} is not an order. Use one of {', '.join(SORTS)}, or words separated by "
                f"commas, with `deadline` as the last: {words}.",
                param,
                ctx,
            )
        return text

    def shell_complete(
        self,
        ctx: click.Context,  # noqa: ARG002  click asks so
        param: click.Parameter,  # noqa: ARG002  likewise
        incomplete: str,
    ) -> list[CompletionItem]:
        """The known orders that begin so."""
        return [CompletionItem(sort) for sort in SORTS if sort.startswith(incomplete)]
