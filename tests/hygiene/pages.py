"""The pages of the docs that are written by a program: `python -m tests.hygiene.pages`.

A test fails while one of them is stale.
"""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

import msgspec

from carecli.config import Config, Duration, Interval, SecretPlace, Zone
from carecli.config.rule_settings import (
    AskSettings,
    ConditionSettings,
    RuleSettings,
    TestSettings,
    ThenSettings,
    WhenSettings,
)
from carecli.config.values import Moment, TimeOfDay, duration_text
from carecli.tui.keys.help import keys_page
from tests.hygiene.command_pages import command_page
from tests.hygiene.data_page import data_page
from tests.hygiene.kpi_page import kpi_page
from tests.hygiene.module_page import module_page

ROOT = Path(__file__).parents[2]

TYPED = {
    str: "text",
    bool: "true or false",
    int: "a number",
    float: "a number, e.g. `0.05`",
    Duration: "a duration: `45s`, `30m`, `6h`, `2d`",
    Zone: "a time zone",
    Moment: "a day or minute",
    Interval: "hours: `08:00-16:00`",
    TimeOfDay: "a time of day: `07:00`",
    SecretPlace: "the place of a secret",
}

INTRODUCTION = """\
# Configuration

carecli is configured with one YAML file. `carecli config check` checks it for mistakes. carecli
uses the file given with `--config`, otherwise the one in the environment variable
`CARECLI_CONFIG`, otherwise the one in the user's configuration folder
(`carecli config check --json` shows its path).

This is a complete configuration:

```yaml
me: ana
channels:
  avon-fb:
    platform: facebook
    account: 104000000000001
    token: keyring
```

[config.example.yaml](../config.example.yaml) contains every key once.

## How it is read

- Unknown keys, duplicate keys, aliases, anchors and tags are errors. carecli shows the file, the
  line, the key, what it expected and the most similar valid key. It lists all problems at once,
  and does not start until they are corrected.
- Values stay as you typed them: `no` is the text *no*, `0123` keeps its zero, and `12:30` is not
  a number. Only the key decides the type of a value.
- If you leave out a key, it has its default. This also applies to single keys of a section.
- Secrets are not allowed anywhere. The configuration only says where a secret is.
- Relative paths start at the folder of the configuration; `~` is your home folder.

## All keys

This list is generated from `carecli/config/model.py`.
"""


def paragraphs(kind: type[msgspec.Struct]) -> dict[str, str]:
    """Field -> the paragraph under it in the source."""
    tree = ast.parse(inspect.getsource(kind)).body[0]
    assert isinstance(tree, ast.ClassDef)
    found: dict[str, str] = {}
    for field, after in zip(tree.body, tree.body[1:], strict=False):
        if isinstance(field, ast.AnnAssign) and isinstance(after, ast.Expr):
            assert isinstance(field.target, ast.Name)
            assert isinstance(after.value, ast.Constant)
            found[field.target.id] = inspect.cleandoc(str(after.value.value))
    return found


def sections(
    kind: type[msgspec.Struct] = Config, path: str = "", usual: object = None
) -> Iterator[tuple[str, type[msgspec.Struct], object]]:
    """Every mapping of the configuration: the path of its keys, its default.

    `*` in a path is a free name, `[]` any item of a list.
    """
    yield path, kind, usual
    for field in msgspec.structs.fields(kind):
        inner, where = field.type, f"{path}{field.encode_name}."
        if get_origin(inner) is dict:
            inner, where = get_args(inner)[1], f"{where}*."
        elif get_origin(inner) is tuple:
            inner, where = get_args(inner)[0], f"{where[:-1]}[]."
        if isinstance(inner, type) and issubclass(inner, msgspec.Struct):
            yield from sections(inner, where, field.default)


def every_key() -> list[str]:
    """Every key a configuration can have, as a path: `channels.*.token`."""
    return [
        f"{path}{field.encode_name}"
        for path, kind, _ in sections()
        for field in msgspec.structs.fields(kind)
    ]


def typed(kind: Any) -> str:
    """What is typed for a kind of value, in words."""
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        return typed(get_args(kind)[0])
    if origin is Literal:
        return "one of " + ", ".join(f"`{word}`" for word in get_args(kind))
    if origin is tuple:
        return f"a list; each item: {typed(get_args(kind)[0])}"
    if origin is dict:
        inner = get_args(kind)[1]
        is_section = isinstance(inner, type) and issubclass(inner, msgspec.Struct)
        return (
            "names, each with its own keys"
            if is_section
            else f"names with values; each value: {typed(inner)}"
        )
    if isinstance(kind, type) and issubclass(kind, Enum):
        return "one of " + ", ".join(f"`{member.value}`" for member in kind)
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return "a section"
    return TYPED.get(kind, "a day: `2026-12-24`")


def default_of(field: Any, usual: object) -> str:
    """A field's default as one would type it; empty where there is none worth telling."""
    default = getattr(usual, field.name, field.default)
    if default is msgspec.NODEFAULT or default is None or default == "":
        return ""
    if field.type is Duration:
        return f"`{duration_text(default)}`"
    if field.type is TimeOfDay:
        return f"`{default // 60:02}:{default % 60:02}`"
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    if isinstance(default, tuple):
        return f"`[{', '.join(default)}]`" if default else ""
    if isinstance(default, msgspec.Struct):
        return ""
    return f"`{default}`"


def configuration_page() -> str:
    """The text of docs/configuration.md."""
    lines = [INTRODUCTION]
    for path, kind, usual in sections():
        name = path.removesuffix(".") or "At the top"
        told = inspect.cleandoc(kind.__doc__ or "")
        lines += [f"### {name}" if path == "" else f"### `{name}`", "", told, ""]
        meanings = paragraphs(kind)
        for field in msgspec.structs.fields(kind):
            said = [typed(field.type)]
            if default := default_of(field, usual):
                said.append(f"default {default}")
            elif field.required:
                said.append("required")
            text = " ".join(meanings[field.name].split())
            lines.append(f"- **`{path}{field.encode_name}`** ({'; '.join(said)}): {text}")
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def rules_page() -> str:
    """docs/rules.md with its keys as they are now."""
    text = (ROOT / "docs/rules.md").read_text(encoding="utf-8")
    kinds: dict[str, type[msgspec.Struct]] = {
        "": RuleSettings,
        "when.": WhenSettings,
        "if.": ConditionSettings,
        "then.": ThenSettings,
        "then.case.": AskSettings,
        "tests.": TestSettings,
    }
    lines: list[str] = []
    for path, kind in kinds.items():
        meanings = paragraphs(kind)
        for field in msgspec.structs.fields(kind):
            if isinstance(field.type, type) and issubclass(field.type, msgspec.Struct):
                continue
            said = f"{typed(field.type)}{'; required' if field.required else ''}"
            told = " ".join(meanings[field.name].split())
            lines.append(f"- **`{path}{field.encode_name}`** ({said}): {told}")
    before, _, rest = text.partition(BEGIN)
    return f"{before}{BEGIN}\n{chr(10).join(lines)}\n{END}{rest.partition(END)[2]}"


def readme_keys() -> str:
    """The keys of the README: what the footer of the inbox shows, and what it leaves out."""
    from carecli.tui.keys.table import TABLE

    wanted = [command for command in TABLE if command.short]
    rows = [f"| `{command.keys[0]}` | {command.label} |" for command in wanted]
    return "\n".join(["| key | action |", "| --- | --- |", *rows])


BEGIN, END = "<!-- keys: written by `make docs` -->", "<!-- end of keys -->"


def readme_page() -> str:
    """README.md with its keys as they are now."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    return f"{before}{BEGIN}\n{readme_keys()}\n{END}{rest.partition(END)[2]}"


PAGES = {
    "docs/configuration.md": configuration_page,
    "docs/keys.md": keys_page,
    "docs/command-line.md": command_page,
    "docs/rules.md": rules_page,
    "docs/kpis.md": kpi_page,
    "docs/open-data.md": data_page,
    "docs/modules.md": module_page,
    "README.md": readme_page,
}
"""File -> what it must hold."""


if __name__ == "__main__":
    for page, make in PAGES.items():
        (ROOT / page).write_text(make(), encoding="utf-8")
        sys.stdout.write(f"{page}\n")
