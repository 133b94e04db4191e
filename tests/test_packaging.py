"""What installs Kernklant as a service or in a container says what the product really is."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGING = ROOT / "packaging"
UNITS = sorted(PACKAGING.glob("*.service")) + sorted(PACKAGING.glob("*.timer"))


def read(unit: Path) -> configparser.ConfigParser:
    found = configparser.ConfigParser(strict=False, interpolation=None)
    found.optionxform = str  # type: ignore[assignment,method-assign]
    found.read(unit)
    return found


def test_the_container_file_is_in_order() -> None:
    hadolint = Path(sys.executable).parent / "hadolint"
    done = subprocess.run(
        [hadolint, PACKAGING / "Containerfile"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert not done.stdout


def test_what_the_container_copies_is_there_and_gets_through() -> None:
    text = (PACKAGING / "Containerfile").read_text()
    let_in = (ROOT / ".dockerignore").read_text().split()
    for line in re.findall(r"^COPY (?!--from)(.+)$", text, re.MULTILINE):
        for source in line.split()[:-1]:
            assert (ROOT / source).exists(), source
            assert f"!{source.split('/')[0]}" in let_in, source
    assert re.search(r"^USER \d+$", text, re.MULTILINE)


@pytest.mark.parametrize("unit", UNITS, ids=lambda one: one.name)
def test_a_unit_says_what_it_does(unit: Path) -> None:
    assert read(unit)["Unit"]["Description"]


@pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="no systemd on this machine to ask"
)
@pytest.mark.parametrize("unit", UNITS, ids=lambda one: one.name)
def test_a_unit_is_one_that_systemd_takes(unit: Path) -> None:
    done = subprocess.run(
        ["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False
    )
    told = [line for line in done.stderr.splitlines() if "is not executable" not in line]
    assert not [line for line in told if unit.name in line], told


def test_the_service_may_little() -> None:
    service = read(PACKAGING / "kernklant.service")["Service"]
    assert service["User"] != "root"
    assert service["UMask"] == "0077"
    assert service["ProtectSystem"] == "strict"
    assert service["NoNewPrivileges"] == "yes"
    assert service["CapabilityBoundingSet"] == ""


@pytest.mark.parametrize("unit", UNITS, ids=lambda one: one.name)
def test_the_commands_of_a_unit_are_commands_of_ours(unit: Path) -> None:
    from docs.build import commands

    asked = re.findall(r"bin/kernklant (\S+)", unit.read_text())
    assert set(asked) <= set(commands())
    assert asked or unit.suffix == ".timer"
