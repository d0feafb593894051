"""The files by which the engine is run day and night."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

PACKAGING = Path(__file__).parents[2] / "packaging"


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
def test_systemd_understands_the_unit(tmp_path: Path) -> None:
    text = (PACKAGING / "carecli.service").read_text()
    unit = tmp_path / "carecli.service"
    unit.write_text(text.replace("/opt/carecli/bin/carecli", "/bin/true"))
    done = subprocess.run(
        ["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, check=False
    )
    ours = [line for line in done.stderr.splitlines() if "carecli" in line]
    assert (done.returncode, ours) == (0, [])
