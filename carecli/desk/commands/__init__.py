"""Commands: what may be done now, the one transaction that does it, and undo."""
