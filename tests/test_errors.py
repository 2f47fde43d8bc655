import pickle

import pytest

from cyp_analysis import errors, paths


def test_message_names_thing_rule_got_and_action():
    error = errors.SourceError("poverty.csv", "must have area_code", "no such column", "Add it.")
    assert str(error) == "poverty.csv: must have area_code; got: no such column. Add it."


@pytest.mark.parametrize("kind", errors.CypError.__subclasses__())
def test_every_error_survives_the_way_back_from_a_worker(kind):
    error = kind("a", "must b", "c", "Do d.")
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is kind and str(again) == str(error)


def test_wrong_usage_has_exit_code_2_and_problems_1():
    assert errors.UsageError("a", "b", "c", "d").exit_code == 2
    assert errors.AreaError("a", "b", "c", "d").exit_code == 2
    assert errors.SchemaError("a", "b", "c", "d").exit_code == 1


def test_project_is_found_from_a_folder_below_it(tmp_path, monkeypatch):
    monkeypatch.delenv("CYP_HOME")
    (tmp_path / "data" / "catalogue").mkdir(parents=True)
    below = tmp_path / "notebooks" / "drafts"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    assert paths.project_root() == tmp_path


def test_a_home_without_catalogue_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("CYP_HOME", str(tmp_path))
    with pytest.raises(
        errors.UsageError, match="must hold data/catalogue; got: .*Set|set CYP_HOME"
    ):
        paths.project_root()


def test_outputs_can_be_elsewhere(tmp_path, monkeypatch):
    monkeypatch.setenv("CYP_OUTPUTS", str(tmp_path))
    assert paths.outputs_dir() == tmp_path
    monkeypatch.delenv("CYP_OUTPUTS")
    assert paths.outputs_dir() == paths.project_root() / "outputs"
