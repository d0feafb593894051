"""Writing to the terminal beside Textual's own output."""

from __future__ import annotations

from textual.app import App


def write_sequence(app: App[object], sequence: str) -> None:
    """Send a control sequence to the terminal that the application runs in, if it has one."""
    driver = app._driver
    if driver is not None:
        driver.write(sequence)
        driver.flush()
