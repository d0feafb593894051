from __future__ import annotations

from pathlib import Path

import pytest

from carecli import paths
from carecli.boot.setup import NoConfiguration, set_up, system_zone
from carecli.domain.errors import ConfigError


def test_the_command_line_comes_before_the_environment() -> None:
    environ = {"CARECLI_CONFIG": "/e/config.yaml", "CARECLI_DB": "/e/db"}
    assert paths.config_file("/a.yaml", environ) == Path("/a.yaml")
    assert paths.config_file("", environ) == Path("/e/config.yaml")
    assert paths.config_file("", {}).name == "config.yaml"
    assert paths.database_file("/a", "/c", environ) == Path("/a")
    assert paths.database_file("", "/c", environ) == Path("/e/db")
    assert paths.database_file("", "/c", {}) == Path("/c")
    assert paths.database_file("", "", {}).name == "carecli.sqlite"


def test_without_a_configuration_demo_and_init_are_offered(tmp_path: Path) -> None:
    with pytest.raises(NoConfiguration) as caught:
        set_up(str(tmp_path / "none.yaml"))
    assert caught.value.file == str(tmp_path / "none.yaml")
    assert "carecli demo" in caught.value.hint
    assert "carecli init" in caught.value.hint


def test_who_and_when(tmp_path: Path) -> None:
    file = tmp_path / "care.yaml"
    file.write_text("channels: {x: {platform: manual}}\n")
    assert set_up(str(file), environ={"CARECLI_ME": "kasia", "USER": "root"}).me == "kasia"
    assert set_up(str(file), environ={"USER": "ola"}).me == "ola"
    file.write_text("me: ana\ninbox: {zone: Europe/Warsaw}\n")
    setup = set_up(str(file), str(tmp_path / "db"), environ={"CARECLI_ME": "kasia"})
    assert (setup.me, setup.zone, setup.database) == ("ana", "Europe/Warsaw", tmp_path / "db")


def test_a_platform_nobody_serves_is_told_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "care.yaml"
    file.write_text("channels:\n  x:\n    platform: facebok\n    account: 1\n")
    with pytest.raises(ConfigError) as caught:
        set_up(str(file))
    error = caught.value
    assert (error.line, error.key) == (3, "channels.x.platform")
    assert "did you mean 'facebook'?" in error.hint


def test_the_system_s_zone() -> None:
    assert system_zone({"TZ": "Europe/Warsaw"}) == "Europe/Warsaw"
    assert system_zone({"TZ": ":America/Mexico_City"}) == "America/Mexico_City"
    assert system_zone({"TZ": "Nowhere/Atlantis"}) == "UTC"
