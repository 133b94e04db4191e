"""The shape of the house: budgets on files and functions, and the two halves that match."""

from __future__ import annotations

import ast
import statistics
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parent.parent / "src" / "kernklant"
FILES = sorted(SOURCE.rglob("*.py"))

MOST_LINES_A_FILE = 400
MEDIAN_LINES_A_FUNCTION = 8
NINE_IN_TEN_WITHIN = 20
MOST_LINES_A_FUNCTION = 40
MOST_LINES_A_KERNEL = 60
MOST_POSITIONAL = 4

# A kernel is one pass over arrays, compiled; splitting it would cost the pass.
KERNEL_DECORATORS = {"kernel", "njit", "jit"}
# name -> why it may break a budget
MORE_POSITIONAL: dict[str, str] = {
    "web/base/templatetags/words.py:n": "one and many in two languages, read in a template",
}
LONGER: dict[str, str] = {}

WORDS = {"ledger", "value", "segments", "attention", "voice", "success", "allocation", "evaluation"}
WEB_ONLY = {"project": "settings and addresses", "base": "people", "desk": "pages of all words",
            "privacy": "what the law asks of all words"}  # fmt: skip
ENGINE_ONLY = {
    "store": "the web reaches it through base.store",
    "pictures": "drawn alike for the report and the pages",
}


def functions(path: Path) -> list[ast.FunctionDef]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


def lines_of_code(function: ast.FunctionDef) -> int:
    """Lines of the body; the docstring is not work."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0


def is_kernel(function: ast.FunctionDef) -> bool:
    names = {
        node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")
        for decorator in function.decorator_list
        for node in ast.walk(decorator)
    }
    return bool(names & KERNEL_DECORATORS)


def label(path: Path, function: ast.FunctionDef) -> str:
    return f"{path.relative_to(SOURCE)}:{function.name}"


def test_no_room_grows_past_its_walls() -> None:
    long = {
        str(path.relative_to(SOURCE)): count
        for path in FILES
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > MOST_LINES_A_FILE
    }
    assert long == {}


def test_functions_stay_short() -> None:
    sizes = [lines_of_code(function) for path in FILES for function in functions(path)]
    assert statistics.median(sizes) <= MEDIAN_LINES_A_FUNCTION
    assert statistics.quantiles(sizes, n=10)[-1] <= NINE_IN_TEN_WITHIN


def test_no_function_is_longer_than_a_screen() -> None:
    long = {
        label(path, function): lines_of_code(function)
        for path in FILES
        for function in functions(path)
        if lines_of_code(function)
        > (MOST_LINES_A_KERNEL if is_kernel(function) else MOST_LINES_A_FUNCTION)
    }
    assert {name: lines for name, lines in long.items() if name not in LONGER} == {}


def test_few_arguments_are_positional() -> None:
    many = {
        label(path, function): count
        for path in FILES
        for function in functions(path)
        if not is_kernel(function)
        and (
            count := sum(
                argument.arg not in {"self", "cls"}
                for argument in function.args.posonlyargs + function.args.args
            )
        )
        > MOST_POSITIONAL
    }
    assert {name: count for name, count in many.items() if name not in MORE_POSITIONAL} == {}


def test_exceptions_to_the_budgets_are_still_needed() -> None:
    known = {label(path, function) for path in FILES for function in functions(path)}
    assert set(MORE_POSITIONAL) | set(LONGER) <= known


@pytest.mark.parametrize("word", sorted(WORDS))
def test_who_knows_a_word_knows_both_places(word: str) -> None:
    assert (SOURCE / "engine" / word / "__init__.py").exists()
    assert (SOURCE / "web" / word / "__init__.py").exists()


def test_no_folder_without_a_word() -> None:
    def rooms(half: str) -> set[str]:
        return {path.parent.name for path in (SOURCE / half).glob("*/__init__.py")}

    assert rooms("engine") == WORDS | set(ENGINE_ONLY)
    assert rooms("web") == WORDS | set(WEB_ONLY)


def test_the_house_speaks_of_itself_alone() -> None:
    """No absolute path of a build machine and no registry host in any tracked text."""
    forbidden = ["py" + "pi.org", "python" + "hosted", "npm" + "js.", "/wo" + "rk/", "/ro" + "ot/"]
    texts = [
        path
        for folder in ("src", "tests", "docs", "benchmarks", "requirements", ".ci")
        for path in (SOURCE.parent.parent / folder).rglob("*")
        if path.suffix in {".py", ".md", ".toml", ".txt", ".sql", ".html", ".sh", ".in"}
    ]
    named = [
        f"{path.name}: {word}"
        for path in texts
        for word in forbidden
        if word in path.read_text(encoding="utf-8", errors="replace")
    ]
    assert named == []
