"""Adds entries to a configuration file without changing anything else, including comments.

The text of the entries is inserted at the end of the mapping they belong to.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import yaml

from carecli.domain.errors import ConfigError

INDENT = 2
"""Indentation of the keys of a new mapping."""


def add_entries(text: str, section: str, entries: Mapping[str, Mapping[str, Any]]) -> str:
    r"""Add entries to a section of a configuration, and return the new text.

    `entries` are by key; their values are texts, or mappings of texts. A missing section is added.
    Raises ConfigError if the file or the section is not a mapping.

    >>> print(add_entries("me: ana\n", "brands", {"lrp": {"title": "La Roche"}}), end="")
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
    section_node = next((value for key, value in root.value if key.value == section), None)
    if section_node is None and root.flow_style:
        inner = json.dumps({section: entries}, ensure_ascii=False)[1:-1]
        return _in_braces(text, root, inner)
    if section_node is None:
        return _at_end(text, section, entries, line_end)
    if not isinstance(section_node, yaml.MappingNode):
        if section_node.value == "":  # `channels:` with nothing behind
            key = next(key for key, _ in root.value if key.value == section)
            column = key.start_mark.column + INDENT
            return _after_line(text, key.end_mark.line, _block(entries, column, line_end), line_end)
        raise ConfigError("expected keys below it", key=section)
    if section_node.flow_style:
        return _in_braces(text, section_node, json.dumps(entries, ensure_ascii=False)[1:-1])
    column = section_node.value[0][0].start_mark.column
    block = _block(entries, column, line_end)
    end = _end(section_node)
    return _after_line(text, end.line - (1 if end.column == 0 else 0), block, line_end)


def _end(node: yaml.Node) -> yaml.Mark:
    """The end of a node's last item; the end of a block itself is after trailing comments."""
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
    """Insert entries before the closing brace of a mapping in flow style."""
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
    """The entries in YAML block style; texts are JSON strings, which YAML reads as they are."""
    lines: list[str] = []
    for key, settings in entries.items():
        lines.append(f"{'':{column}}{json.dumps(key, ensure_ascii=False)}:")
        for name, value in settings.items():
            text = json.dumps(value, ensure_ascii=False)
            lines.append(f"{'':{column + INDENT}}{name}: {text}")
    return line_end.join([*lines, ""])
