"""Adds entries to a configuration file and keeps everything in it, comments included.

Only text is put in, at the end of the mapping it belongs to; nothing is written anew.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import yaml

from carecli.domain.errors import ConfigError

INDENT = 2
"""Blanks before the keys of a mapping that is not there yet."""


def with_entries(text: str, section: str, entries: Mapping[str, Mapping[str, Any]]) -> str:
    r"""The text of a configuration with further entries in one of its sections.

    `entries` are by key; values are texts, or mappings of texts. The section is made where there
    is none. Raises ConfigError where the file, or the section, is no mapping.

    >>> print(with_entries("me: ana\n", "brands", {"lrp": {"title": "La Roche"}}), end="")
    me: ana
    brands:
      "lrp":
        title: "La Roche"
    """
    if not entries:
        return text
    line_end = "\r\n" if "\r\n" in text else "\n"
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    if root is None:
        return _at_end(text, section, entries, line_end)
    if not isinstance(root, yaml.MappingNode):
        raise ConfigError("the configuration is not a list of keys")
    found = next((value for key, value in root.value if key.value == section), None)
    if found is None and root.flow_style:
        inner = json.dumps({section: entries}, ensure_ascii=False)[1:-1]
        return _in_braces(text, root, inner)
    if found is None:
        return _at_end(text, section, entries, line_end)
    if not isinstance(found, yaml.MappingNode):
        if found.value == "":  # `channels:` with nothing behind
            key = next(key for key, _ in root.value if key.value == section)
            column = key.start_mark.column + INDENT
            return _after_line(text, key.end_mark.line, _block(entries, column, line_end), line_end)
        raise ConfigError("expected keys below it", key=section)
    if found.flow_style:
        return _in_braces(text, found, json.dumps(entries, ensure_ascii=False)[1:-1])
    column = found.value[0][0].start_mark.column
    block = _block(entries, column, line_end)
    end = _end(found)
    return _after_line(text, end.line - (1 if end.column == 0 else 0), block, line_end)


def _end(node: yaml.Node) -> yaml.Mark:
    """Where the last thing in a node ends; a block's own end lies behind comments after it."""
    if isinstance(node, yaml.MappingNode) and node.value and not node.flow_style:
        key, value = node.value[-1]
        end_of_value: yaml.Mark = _end(value)
        return end_of_value if end_of_value.index >= key.end_mark.index else key.end_mark
    if isinstance(node, yaml.SequenceNode) and node.value and not node.flow_style:
        return _end(node.value[-1])
    end = node.end_mark
    if end is None:
        raise ConfigError("the configuration cannot be added to")
    return end


def _at_end(
    text: str, section: str, entries: Mapping[str, Mapping[str, Any]], line_end: str
) -> str:
    lead = text if not text or text.endswith("\n") else text + line_end
    return lead + f"{section}:{line_end}" + _block(entries, INDENT, line_end)


def _in_braces(text: str, node: yaml.Node, inner: str) -> str:
    """Put further entries before the brace that closes a mapping written in braces."""
    at = node.end_mark.index - 1
    before = text[:at].rstrip()
    needs_comma = bool(node.value) and not before.endswith(",")
    return before + (", " if needs_comma else "") + inner + text[len(before) :]


def _after_line(text: str, line: int, block: str, line_end: str) -> str:
    lines = text.splitlines(keepends=True)
    before = "".join(lines[: line + 1])
    if not before.endswith("\n"):
        before += line_end
    return before + block + "".join(lines[line + 1 :])


def _block(entries: Mapping[str, Mapping[str, Any]], column: int, line_end: str) -> str:
    """Entries as YAML in blocks; JSON strings are YAML strings, so that none can mean more."""
    lines: list[str] = []
    for key, settings in entries.items():
        lines.append(f"{'':{column}}{json.dumps(key, ensure_ascii=False)}:")
        for name, value in settings.items():
            written = json.dumps(value, ensure_ascii=False)
            lines.append(f"{'':{column + INDENT}}{name}: {written}")
    return line_end.join([*lines, ""])
