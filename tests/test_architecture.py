"""The rules of the house, kept by tests: imports point down, code stays small, notebooks thin."""

import ast
import re
import subprocess
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "cyp_analysis"
MODULES = sorted(PACKAGE.rglob("*.py"))
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))

# Row of each module: it may import rows below its own, or modules of its own package that are not
# above it. A fraction orders modules that share a row of the architecture.
ROWS = {
    "visible": 0,
    "yaml_text": 0,
    "errors": 0.05,
    "paths": 0.1,
    "clock": 0.1,
    "stopping": 0,
    "area_tables": 1,
    "geography": 1.1,
    "area_kinds": 1.2,
    "best_fit": 1.3,
    "period_kinds": 1.1,
    "period_styles": 1.2,
    "periods": 1.3,
    "catalogue_model": 2,
    "catalogue_files": 2.05,
    "catalogue": 2.1,
    "index_model": 2.2,
    "place_measures": 2.2,
    "equity": 2.2,
    "service_catalogue": 2.2,
    "methods": 2,
    "standard_populations": 1.1,
    "measures.cells": 3,
    "measures.rows": 3,
    "measures.groups": 3.1,
    "measures.reasons": 3.2,
    "measures": 3.3,
    "phe": 3.4,
    "text_columns": 2.9,
    "schema": 3,
    "comparing_tables": 3.05,
    "edition_tables": 3.1,
    "loaders": 4,
    "fetch": 4.5,
    "edition_reader": 4,
    "build": 5,
    "present": 5,
    "build.derived": 4.5,
    "build.receipt": 5,
    "build.edition": 6,
    "present.view": 6,
    "attack": 6.5,
    "publish": 7,
    "cli": 8,
    "cli_attack": 7.9,
    "cli_verify": 7.9,
    "audit": 7.1,
    "listing": 7,
    "summary": 7.5,
    "demo": 7.6,
    "trace": 7,
    "__main__": 9,
}
BUILD_SIDE = {"loaders", "build"}
READ_SIDE = {"edition_reader", "present"}
# The lazy front door, and the maintainers' generators.
OUTSIDE = {"", "tools", "tools.coverage", "tools.envfile", "tools.screenshots"}


def dotted(path: Path) -> str:
    """cyp_analysis/build/edition.py → build.edition; the package's own __init__ → ''."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def row(name: str) -> int:
    for known in (name, name.split(".")[0]):
        if known in ROWS:
            return ROWS[known]
    raise AssertionError(f"{name} has no row in the architecture: add it to ROWS")


def imported(path: Path) -> set[str]:
    """Modules of this package that a file imports, anywhere in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("cyp_analysis"):
            for alias in node.names:
                child = PACKAGE.joinpath(*f"{node.module}.{alias.name}".split(".")[1:])
                is_module = child.with_suffix(".py").exists() or child.is_dir()
                found.add(f"{node.module}.{alias.name}" if is_module else node.module)
    inside = {name for name in found if name.split(".")[0] == "cyp_analysis"}
    return {name.removeprefix("cyp_analysis").removeprefix(".") for name in inside}


def code_lines(function: ast.FunctionDef) -> int:
    """Lines of a function without its docstring."""
    doc = ast.get_docstring(function, clean=False)
    return function.end_lineno - function.lineno + 1 - (len(doc.splitlines()) if doc else 0)


@pytest.mark.parametrize("path", MODULES, ids=dotted)
def test_imports_point_down(path):
    name = dotted(path)
    if name in OUTSIDE:
        return
    for other in imported(path) - {""}:
        same_package = name.split(".")[0] == other.split(".")[0]
        if same_package:
            assert row(other) <= row(name), f"{name} imports {other}, which is above it"
        else:
            assert row(other) < row(name), f"{name} imports {other}, which is not below it"


@pytest.mark.parametrize("path", MODULES, ids=dotted)
def test_the_two_sides_never_meet_by_import(path):
    top = dotted(path).split(".")[0]
    others = {other.split(".")[0] for other in imported(path)}
    if top in BUILD_SIDE:
        assert not others & READ_SIDE
    if top in READ_SIDE:
        assert not others & BUILD_SIDE


@pytest.mark.parametrize("path", MODULES, ids=dotted)
def test_modules_and_functions_stay_small(path):
    text = path.read_text()
    assert text.count("\n") <= 250, "a module has 250 lines at most"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            assert code_lines(node) <= 40, f"{node.name} is too long"
            positional = [a for a in node.args.args if a.arg not in ("self", "cls")]
            assert len(positional) <= 5, f"{node.name} takes too many arguments"


@pytest.mark.parametrize("path", MODULES, ids=dotted)
def test_public_functions_are_documented_and_annotated(path):
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            assert ast.get_docstring(node), f"{node.name} has no docstring"
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            assert node.returns is not None, f"{node.name} does not say what it returns"


@pytest.mark.parametrize("path", MODULES, ids=dotted)
def test_no_area_is_named_in_code(path):
    text = path.read_text()
    default = 'DEFAULT_AREA = "E09000003"'  # the one place, in the command's defaults
    assert "Barnet" not in text
    assert not re.search(r"E0[6-9]\d{6}|E10\d{6}", text.replace(default, ""))


def tracked_files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\n")
    return [ROOT / name for name in listed if name and (ROOT / name).is_file()]


def test_no_machine_path_is_written_down():
    pattern = re.compile("/" + r"work/|/" + r"root/|/" + r"home/\w|[A-Z]:\\\\Users")
    for path in tracked_files():
        if path.suffix in {".py", ".md", ".yml", ".toml", ".html", ".j2", ".ipynb", ".csv", ""}:
            assert not pattern.search(path.read_text(errors="replace")), path


def test_there_are_at_least_as_many_test_lines_as_package_lines():
    package = sum(path.read_text().count("\n") for path in MODULES)
    tests = sum(path.read_text().count("\n") for path in (ROOT / "tests").rglob("*.py"))
    assert tests >= package


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request):
    return nbformat.read(request.param, as_version=4)


def code_of(notebook) -> list[str]:
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


def test_notebooks_are_valid_and_unsaved(notebook):
    nbformat.validate(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert cell.outputs == [] and cell.execution_count is None


def test_notebooks_stay_thin(notebook):
    cells = [[line for line in source.splitlines() if line.strip()] for source in code_of(notebook)]
    assert sum(map(len, cells)) <= 40
    assert max(map(len, cells)) <= 5


def test_notebooks_have_one_parameters_cell(notebook):
    tagged = [c for c in notebook.cells if "parameters" in c.metadata.get("tags", [])]
    assert len(tagged) == 1
    names = [node.targets[0].id for node in ast.parse(tagged[0].source).body]
    assert names == ["area_code", "period_end", "edition"]


def test_notebooks_define_and_loop_nothing(notebook):
    banned = (ast.FunctionDef, ast.ClassDef, ast.For, ast.While, ast.comprehension, ast.Lambda)
    for source in code_of(notebook):
        for node in ast.walk(ast.parse(source)):
            assert not isinstance(node, banned)
            if isinstance(node, ast.Constant):
                assert not isinstance(node.value, int | float) or isinstance(node.value, bool)


def test_notebooks_import_only_this_package(notebook):
    for source in code_of(notebook):
        for node in ast.walk(ast.parse(source)):
            assert not isinstance(node, ast.Import)
            if isinstance(node, ast.ImportFrom):
                assert node.module == "cyp_analysis"


def test_notebook_words_hold_no_figures(notebook):
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            assert not re.search(r"\d", cell.source), cell.source
