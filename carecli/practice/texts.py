"""The texts people write, by language, from `texts_es.yaml` and `texts_pl.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any


@cache
def load_texts(language: str) -> Mapping[str, Any]:
    """The contents of the file of a language, `es` or `pl`."""
    import yaml

    path = Path(__file__).with_name(f"texts_{language}.yaml")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    texts: Mapping[str, Any] = yaml.load(path.read_text("utf-8"), Loader=loader)  # noqa: S506 - a safe loader
    return texts
