from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from carecli.config import load
from carecli.config.rules import read_rule_file
from tests.hygiene.pages import PAGES, ROOT, every_key, paragraphs, sections


@pytest.mark.parametrize("page", PAGES)
def test_a_generated_page_is_fresh(page: str) -> None:
    assert (ROOT / page).read_text(encoding="utf-8") == PAGES[page](), "run `make docs`"


def test_every_key_has_a_paragraph() -> None:
    for _, kind, _ in sections():
        told = paragraphs(kind)
        assert set(told) == set(kind.__struct_fields__)
        assert all(text.endswith(".") for text in told.values())


def test_the_configuration_page_names_every_key() -> None:
    page = (ROOT / "docs/configuration.md").read_text(encoding="utf-8")
    assert [key for key in every_key() if f"**`{key}`**" not in page] == []


def keys_in(found: Any, pattern: list[str]) -> bool:
    """Whether a document holds a key path, `*` standing for any name."""
    if not pattern:
        return True
    head, *rest = pattern
    if isinstance(found, dict) and head.endswith("[]"):
        return any(keys_in(one, rest) for one in found.get(head.removesuffix("[]"), ()))
    if not isinstance(found, dict):
        return False
    if head == "*":
        return any(keys_in(value, rest) for value in found.values())
    return head in found and keys_in(found[head], rest)


def test_the_example_loads_and_holds_every_key() -> None:
    file = ROOT / "config.example.yaml"
    config = load(file)
    assert config.me == "ana"
    example = yaml.safe_load(file.read_text(encoding="utf-8"))
    assert [key for key in every_key() if not keys_in(example, key.split("."))] == []


def code_blocks(page: Path, language: str) -> list[str]:
    """The fenced blocks of a page in this language; "" is blocks that name none."""
    blocks = re.findall(
        r"^```(\w*)\n(.*?)^```", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    )
    return [body for name, body in blocks if name == language]


def test_configurations_in_the_docs_can_be_read(tmp_path: Path) -> None:
    count = 0
    for page in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        for block in code_blocks(page, "yaml"):
            file = tmp_path / "block.yaml"
            count += 1
            if block.startswith("rule:"):
                file.write_text(block, encoding="utf-8")
                assert read_rule_file(file, "UTC", {})
                continue
            brands = "" if "\nbrands:" in block else "brands: {avon: {}}\n"
            file.write_text(brands + block, encoding="utf-8")
            load(file)
    assert count >= 3


def test_links_in_the_docs_lead_somewhere() -> None:
    missing = []
    for page in [ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")]:
        text = page.read_text(encoding="utf-8")
        for target in re.findall(r"\]\(([^)#]+)", text):
            if "://" not in target and not (page.parent / target).exists():
                missing.append(f"{page.relative_to(ROOT)}: {target}")
    assert missing == []


def test_the_docs_use_commands_that_exist() -> None:
    from carecli.cli.main import COMMANDS

    known = {*COMMANDS, "carecli"}
    unknown = []
    for page in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        quoted = re.findall(r"(?<!`)`(carecli [^`]+)`", page.read_text(encoding="utf-8"))
        lines = [line for block in code_blocks(page, "") for line in block.splitlines()]
        for line in [*quoted, *lines]:
            for word in re.findall(r"(?:^|\| )carecli ([a-z]+(?:-[a-z]+)*)", line):
                if word not in known:
                    unknown.append(f"{page.name}: {word}")
    assert unknown == []
