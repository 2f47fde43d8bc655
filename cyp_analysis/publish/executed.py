"""What an executed notebook holds, and whether it may be published."""

from collections.abc import Iterator

from nbformat import NotebookNode

from cyp_analysis.errors import ChapterError

# Cells that papermill adds; an analyst who counts the cells of the chapter does not see them.
ADDED_TAGS = frozenset({"injected-parameters", "papermill-error-cell-tag"})
_RAW_TABLE = 'class="dataframe"'


def own_cells(notebook: NotebookNode) -> Iterator[tuple[int, NotebookNode]]:
    """Each cell with its number in the notebook as it was written, counted from 1; the values
    that papermill adds go by the number of the parameters cell."""
    number = 0
    for cell in notebook.cells:
        number += not ADDED_TAGS.intersection(cell.metadata.get("tags", []))
        yield number, cell


def cell_name(chapter: str, number: int, cell: NotebookNode) -> str:
    """The words by which an error names a cell: `02_x.ipynb, cell 4 (chapter.trend(…))`."""
    return f"{chapter}, cell {number} ({first_line(cell.source)})"


def first_line(text: str, width: int = 300) -> str:
    """The first line of a text that is not blank, cut to a width; "nothing" if there is none."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    line = lines[0] if lines else "nothing"
    return line if len(line) <= width else line[: width - 1] + "…"


def check_executed(notebook: NotebookNode, chapter: str) -> None:
    """ChapterError unless every code cell ran, none failed, and all show HTML or nothing."""
    for number, cell in own_cells(notebook):
        if cell.cell_type == "code" and cell.source.strip():
            _check_cell(cell, cell_name(chapter, number, cell))


def _check_cell(cell: NotebookNode, name: str) -> None:
    for output in cell.get("outputs", []):
        _check_output(output, name)
    if cell.get("execution_count") is None:
        raise ChapterError(
            name,
            "every code cell must run",
            "a cell that did not run",
            "Take out what stops the notebook early, such as sys.exit() or a skip tag.",
        )


def _check_output(output: NotebookNode, name: str) -> None:
    kind = output.output_type
    if kind == "error":
        message = first_line(f"{output.ename}: {output.evalue}")
        action = "Mend what the message names, then build again."
        raise ChapterError(name, "a cell must run without an error", message, action)
    if kind == "stream":
        _refuse_stream(output, name)
    elif _RAW_TABLE in output.data.get("text/html", ""):
        action = "Return a block of the chapter, as `chapter.table(…)` is."
        raise ChapterError(name, "a cell shows blocks only", "a table of pandas", action)
    elif "text/html" not in output.data:
        got = first_line(output.data.get("text/plain", ", ".join(output.data)))
        action = "End the cell with a call that returns a block, or with an assignment."
        raise ChapterError(name, "a cell shows an HTML block or nothing", got, action)


def _refuse_stream(output: NotebookNode, name: str) -> None:
    got = first_line(output.text)
    if output.name == "stderr":
        action = "Mend the cause of the warning; a reader must never see it."
        raise ChapterError(name, "a cell must not warn or write to stderr", got, action)
    action = "Return a block as the last line of the cell instead of printing."
    raise ChapterError(name, "a cell must not print text", got, action)
