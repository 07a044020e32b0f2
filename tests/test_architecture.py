"""The rules of the house that import contracts cannot say."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
APPS = ("curation", "generation", "training")
# At an app's root these are Django; every other folder is plain Python.
DJANGO_FOLDERS = {
    "models", "services", "views", "api", "jobs", "forms", "management", "migrations",
    "templatetags",
}  # fmt: skip
HEAVY = {"torch", "transformers"}
HEAVY_ALLOWED = ("training/fitting/", "curation/embeddings/")
HEAVY_FILES = ("generation/providers/transformers_local.py",)
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "signals"}


def sources() -> Iterator[Path]:
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def is_plain(path: Path) -> bool:
    """Whether Django may not be imported here: in every folder that is not Django's."""
    parts = path.relative_to(ROOT).parts
    return len(parts) > 2 and parts[1] not in DJANGO_FOLDERS


def is_light(path: Path) -> bool:
    name = relative(path)
    return not name.startswith(HEAVY_ALLOWED) and name not in HEAVY_FILES


def imports(path: Path) -> set[str]:
    """Dotted names of everything the file imports, at any level."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function without its signature and docstring."""
    body = function.body
    if isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        body = body[1:]
    if not body:
        return 0
    return (body[-1].end_lineno or 0) - body[0].lineno + 1


@pytest.mark.parametrize("path", list(sources()), ids=relative)
def test_a_module_has_at_most_300_lines(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 300


@pytest.mark.parametrize("path", list(sources()), ids=relative)
def test_a_function_has_at_most_30_lines(path: Path) -> None:
    long = {f.name: body_lines(f) for f in functions(path) if body_lines(f) > 30}

    assert long == {}


@pytest.mark.parametrize("path", [path for path in sources() if is_plain(path)], ids=relative)
def test_a_folder_inside_an_app_is_plain_python(path: Path) -> None:
    assert not {name for name in imports(path) if name.split(".")[0] == "django"}


@pytest.mark.parametrize("path", [path for path in sources() if is_light(path)], ids=relative)
def test_torch_stays_where_a_process_of_its_own_runs_it(path: Path) -> None:
    assert not {module.split(".")[0] for module in imports(path)} & HEAVY


@pytest.mark.parametrize("path", list(sources()), ids=relative)
def test_names_say_what_is_inside(path: Path) -> None:
    assert path.stem not in FORBIDDEN_NAMES


@pytest.mark.parametrize("path", list(sources()), ids=relative)
def test_no_model_overrides_save(path: Path) -> None:
    assert "save" not in {function.name for function in functions(path)}


def test_the_top_level_holds_only_what_was_agreed() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    top = {line.split("/")[0] for line in listed.stdout.splitlines()}
    agreed = {
        "manage.py", "curation", "generation", "training", "templates", "tests", "README.md",
        "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "pyproject.toml", "Makefile", ".ci", "docs",
        "benchmarks", "demo", "deploy", ".gitignore", "constraints.txt",
    }  # fmt: skip

    assert {name for name in top if not name.startswith("requirements")} <= agreed


def test_the_web_process_loads_nothing_heavy() -> None:
    heavy = ["torch", "transformers", "crowdkit", "label_studio_sdk", "openai"]
    program = (
        "import sys, curation.wsgi; from django.urls import get_resolver;"
        " get_resolver().url_patterns;"
        f" print([name for name in {heavy!r} if name in sys.modules])"
    )

    asked = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert asked.stdout.strip() == "[]"
