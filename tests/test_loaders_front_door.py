"""Each publisher's named readers are there, and nothing else pretends to be."""

from importlib import import_module

import pytest

PUBLISHERS = {
    "deprivation": "read_indices",
    "dfe": "read_ees",
    "dwp": "read_low_income",
    "fingertips": "read_fingertips",
    "lait": "read_lait",
    "local": "count_folder",
    "mps": "read_dashboard",
    "neighbours": "read_neighbours",
    "nomis": "read_api",
    "ofsted": "read_judgements",
    "ons": "read_mid_year",
    "police": "read_street",
}


@pytest.mark.parametrize(("publisher", "reader"), PUBLISHERS.items())
def test_a_publishers_readers_are_found_by_name(publisher, reader):
    package = import_module(f"cyp_analysis.loaders.{publisher}")
    assert reader in package.__all__
    assert all(callable(getattr(package, name)) for name in package.__all__)
    with pytest.raises(AttributeError, match="has no attribute 'read_minds'"):
        getattr(package, "read_" + "minds")
