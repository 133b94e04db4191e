"""What happens before any work: help, language, doctor, and nothing heavy loaded."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from kernklant.cli.words import language

HEAVY = ["numpy", "pyarrow", "duckdb", "deltalake", "scipy"]
PROBE = """
import sys
sys.argv = ["kernklant", *{arguments!r}]
from kernklant.cli import main
try:
    main()
except SystemExit:
    pass
print("LOADED", [name for name in {heavy!r} if name in sys.modules], file=sys.stderr)
"""


def kernklant(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kernklant", *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, "COLUMNS": "120", **environment},
        check=False,
    )


def test_the_version_is_told() -> None:
    assert kernklant("--version").stdout == f"kernklant {version('kernklant')}\n"


@pytest.mark.parametrize("arguments", [["--help"], ["import", "--help"], ["doctor"]])
def test_help_and_doctor_load_no_engine(arguments: list[str], tmp_path: Path) -> None:
    probe = PROBE.format(arguments=arguments, heavy=HEAVY)
    result = subprocess.run(
        [sys.executable, "-c", probe], capture_output=True, text=True, cwd=tmp_path, check=True
    )
    assert "LOADED []" in result.stderr


def test_help_speaks_dutch_unless_asked_otherwise() -> None:
    assert "Waardeer alle klanten" in kernklant("--help", KERNKLANT_LANG="nl").stdout
    assert "Value every customer" in kernklant("--help", KERNKLANT_LANG="en").stdout


def test_the_flag_beats_the_environment() -> None:
    assert language(["kernklant", "runs", "--lang", "en"], {"KERNKLANT_LANG": "nl"}) == "en"
    assert language(["kernklant", "runs", "--lang=nl"], {"KERNKLANT_LANG": "en"}) == "nl"
    assert language(["kernklant", "runs"], {}) == "nl"


def test_doctor_says_what_is_missing_in_json(tmp_path: Path) -> None:
    result = kernklant("doctor", "--json", "--home", str(tmp_path / "none"))
    findings = json.loads(result.stdout)
    assert result.returncode == 0
    assert any("duckdb" in finding["what"] for finding in findings)
    assert any(finding["severity"] == "note" and finding["remedy"] for finding in findings)


def test_doctor_reports_an_unreadable_run(tmp_path: Path) -> None:
    run = tmp_path / "runs" / "1"
    run.mkdir(parents=True)
    (run / "manifest.json").write_text("{", encoding="utf-8")
    result = kernklant("doctor", "--json", "--home", str(tmp_path))
    assert result.returncode == 11
    assert any(finding["severity"] == "error" for finding in json.loads(result.stdout))


def test_a_home_that_does_not_exist_is_said_with_a_remedy(tmp_path: Path) -> None:
    result = kernklant("evaluate", "--home", str(tmp_path / "none"), "--lang", "en")
    assert result.returncode == 8
    assert "kernklant import" in result.stderr
    assert result.stdout == ""
    assert "Traceback" not in result.stderr


def test_an_impossible_date_is_refused() -> None:
    result = kernklant("evaluate", "--as-of", "31-02-2025", "--lang", "en")
    assert result.returncode == 2
    assert "31-02-2025" in result.stderr


@pytest.mark.parametrize("day", ["0001-01-01", "31-12-1969", "9999-12-31"])
def test_a_day_of_no_company_is_refused(day: str) -> None:
    result = kernklant("evaluate", "--as-of", day, "--lang", "en")
    assert result.returncode == 2
    assert "1970-01-01" in result.stderr


def test_a_policy_that_is_no_text_is_said_with_a_remedy(tmp_path: Path) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_bytes("# één\n".encode("cp1252"))
    for file, code, said in ((policy, 4, "UTF-8"), (tmp_path, 9, "This is a folder")):
        result = kernklant("policy", "check", str(file), "--lang", "en")
        assert (result.returncode, said in result.stderr) == (code, True)
        assert "Traceback" not in result.stderr


def test_a_home_that_is_a_file_is_said_with_a_remedy(tmp_path: Path) -> None:
    file = tmp_path / "home"
    file.write_text("x")
    for command in (["import", str(file)], ["policy", "init"]):
        result = kernklant(*command, "--home", str(file), "--lang", "en")
        assert result.returncode == 9, command
        assert "Choose another place" in result.stderr


def test_a_criterion_has_one_weight() -> None:
    result = kernklant("policy", "weights", "a", "b", "a", "--lang", "en")
    assert result.returncode == 2
    assert "Named more than once: a." in result.stderr


def test_the_command_reference_is_current() -> None:
    page = subprocess.run(
        [sys.executable, "-c", "from docs.build import cli_page; print(cli_page(), end='')"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert Path("docs/reference/cli.md").read_text(encoding="utf-8") == page
