"""Auto-moderation: rules from files, run during ingestion, supervised by people."""

from __future__ import annotations

from pathlib import Path

SHIPPED = Path(__file__).parent / "starter"
"""Rules to begin with, in a folder to be copied; every one is a draft until a person trusts it."""
