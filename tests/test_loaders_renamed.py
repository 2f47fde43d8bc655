"""A column of a signature that was renamed: the file is refused, or read as what it is, and never
as a file of another publisher."""

import csv

import pytest
from test_loaders_fuzz import corpus, shortened

from cyp_analysis import catalogue, loaders
from cyp_analysis.errors import CypError
from cyp_analysis.loaders import files, headers, recognise

RECORDS = 15


def signature(path) -> tuple:
    """The passport of a file, the first records of its table and the place of the header."""
    fit = recognise.candidates(path, catalogue.load().sources)[0]
    for sheet in files.read_head(path):
        at = recognise.header_line(sheet.records, fit)
        if at is not None:
            return fit, [list(record) for record in sheet.records[: at + RECORDS]], at
    raise AssertionError("no sheet has the signature")


def same_or_general(source, fit) -> bool:
    return source.id == fit.id or (source.general and source.publisher == fit.publisher)


@pytest.mark.parametrize("path", corpus(), ids=lambda path: path.name)
def test_a_renamed_column_never_makes_a_file_another_publishers(path, tmp_path):
    target = tmp_path / path.parent.name / path.name
    target.parent.mkdir()
    target.write_bytes(shortened(path))
    fit, records, at = signature(target)
    known = catalogue.load().sources
    target = target.with_suffix(".csv")
    for name in fit.header:
        own = headers.find(name, headers.by_key(records[at]), fit)
        renamed = ["Unheard of" if cell == own else cell for cell in records[at]]
        with target.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([*records[:at], renamed, *records[at + 1 :]])
        try:
            fits = recognise.candidates(target, known)
            if not all(same_or_general(source, fit) for source in fits):
                assert same_or_general(loaders.read(target).source, fit), own
        except CypError:
            continue


@pytest.mark.parametrize(
    "header",
    [
        "Area Code,Area Name,Count",
        "Area code,Sex,Age,Observation",
        "Ward code,Borough,Month,Count",
        "LSOA code,Observation",
    ],
)
def test_a_code_and_a_count_do_not_make_a_census(tmp_path, header):
    path = tmp_path / "x.csv"
    cells = ",".join("1" for _ in header.split(",")[1:])
    path.write_text(f"{header}\nE09000003,{cells}\n")
    try:
        assert loaders.read(path).source.id != "ons_census_custom"
    except CypError as error:
        assert "ons_census_custom" not in str(getattr(error, "source", ""))
