"""Kinds of area by code: what is accepted, what is refused."""

import pandas as pd
import pytest

from cyp_analysis import area_kinds, geography


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("E09000003", "authority"),
        ("E10000002", "authority"),  # abolished or recoded: still an area
        ("E92000001", "country"),
        ("E12000007", "region"),
        ("E13000002", "subregion"),
        ("E07000223", "district"),
        ("E05013628", "ward"),
        ("E01000115", "lower layer super output area"),
        ("E02000024", "middle layer super output area"),
        ("E14001073", "constituency"),
        ("E09000099", ""),  # the form of a borough, and none
        ("E05", ""),
        ("E0501362X", ""),
        ("e05013628", ""),
        ("W06000001", ""),
        ("302", ""),
        ("", ""),
    ],
)
def test_the_kind_of_a_code(code, kind):
    assert area_kinds.kind_of(code) == kind


def test_kinds_keep_the_index_and_take_missing_codes():
    codes = pd.Series(["E05013628", None, "E09000003", "E05013628"], index=[4, 2, 9, 1])
    kinds = area_kinds.kinds(codes)
    assert kinds.tolist() == ["ward", "", "authority", "ward"]
    assert kinds.index.tolist() == [4, 2, 9, 1]


def test_codes_of_other_nations_are_told_apart_from_misspelt_ones():
    codes = pd.Series(["W06000001", "S12000005", "N09000001", "K02000001", "E09000003", "W1", None])
    assert area_kinds.elsewhere(codes).tolist() == [True, True, True, True, False, False, False]


def test_every_listed_area_has_a_kind_that_fits_its_level():
    areas = geography.areas()
    kinds = area_kinds.kinds(areas["code"])
    assert (kinds == areas["level"]).all()
