"""A build that is cut off anywhere breaks no edition: killed, refused, stopped, without power."""

import os

import faults
import pytest


@pytest.fixture(scope="module")
def bench(edition, tmp_path_factory):
    """Builds to be cut off, of a small edition cut from the bundled figures."""
    outputs, _ = edition
    made = faults.Bench(tmp_path_factory.mktemp("bench"), outputs / "annual")
    yield made
    made.close()


def spread(operations: int, number: int, shift: float = 0.0) -> list[int]:
    """So many operations, evenly spread over all of them, the last one among them."""
    step = operations / number
    return sorted({min(operations, max(1, round((i + 1 - shift) * step))) for i in range(number)})


# How many points of each kind. Every day a few, the rest on demand; those near the end, where the
# edition gets its name, every day.
DAILY = {mode: 2 for mode in faults.MODES} | {faults.KILL: 4}
WHOLE = {mode: 18 for mode in faults.MODES} | {faults.KILL: 110, **dict.fromkeys(faults.POWER, 60)}
LAST = 6


def test_points_are_spread_from_the_first_operation_to_the_last():
    assert spread(200, 4) == [50, 100, 150, 200]
    assert spread(10, 100) == list(range(1, 11))


def test_a_build_without_a_fault_is_as_promised(bench):
    outputs = bench.fresh("whole")
    before = faults.contents(outputs / "first")
    done = bench.build(outputs, "second")
    assert done["code"] == 0
    assert faults.wrong_folder(outputs, before, newest="second") == []
    assert bench.operations > 150


@pytest.mark.parametrize("mode", faults.MODES)
def test_no_fault_breaks_an_edition(bench, mode):
    for number, at in enumerate(spread(bench.operations, DAILY[mode], shift=0.4)):
        assert bench.broken_by(mode, at, recover=number == 0) == []


@pytest.mark.parametrize("mode", [faults.KILL, *faults.POWER])
@pytest.mark.parametrize("back", range(LAST))
def test_no_fault_at_the_end_breaks_an_edition(bench, mode, back):
    recover = back == faults.MODES.index(mode)
    assert bench.broken_by(mode, bench.operations - back, recover=recover) == []


@pytest.mark.slow
@pytest.mark.parametrize("mode", faults.MODES)
def test_no_fault_anywhere_breaks_an_edition(bench, mode):
    points = spread(bench.operations, WHOLE[mode])
    broken = [each for at in points for each in bench.broken_by(mode, at)]
    assert broken == []


class TestTheDiskOfTheTests:
    """The disk that forgets is only worth something if it forgets."""

    def test_bytes_not_handed_over_are_lost(self, tmp_path):
        disk, kept, lost = faults.Disk(str(tmp_path)), tmp_path / "kept", tmp_path / "lost"
        for path in (kept, lost):
            path.write_text("abcd")
            disk.wrote(str(path))
        disk.synced(str(kept))
        disk.lose_data()
        assert (kept.read_text(), lost.read_text()) == ("abcd", "ab")

    def test_bytes_are_lost_under_their_new_name(self, tmp_path):
        disk, old = faults.Disk(str(tmp_path)), tmp_path / "old"
        old.mkdir()
        (old / "page").write_text("abcd")
        disk.wrote(str(old / "page"))
        disk.moved(str(old), str(tmp_path / "new"))
        old.rename(tmp_path / "new")
        disk.lose_data()
        assert (tmp_path / "new" / "page").read_text() == "ab"

    def test_names_not_handed_over_are_as_before(self, tmp_path):
        disk, part, page = faults.Disk(str(tmp_path)), tmp_path / "part", tmp_path / "page"
        page.write_text("old")
        part.write_text("new")
        disk.moved(str(part), str(page))
        os.replace(part, page)
        disk.lose_names()
        assert (page.read_text(), part.read_text()) == ("old", "new")

    def test_names_handed_over_stay(self, tmp_path):
        disk, part, page = faults.Disk(str(tmp_path)), tmp_path / "part", tmp_path / "page"
        part.write_text("new")
        disk.moved(str(part), str(page))
        os.replace(part, page)
        disk.synced(str(tmp_path))
        disk.lose_names()
        assert page.read_text() == "new" and not part.exists()


class TestWhatCountsAsBroken:
    """Each promise is shown to be able to fail."""

    @pytest.fixture
    def folder(self, bench, tmp_path):
        outputs = bench.fresh(f"spoilt-{tmp_path.name}")
        return outputs, faults.contents(outputs / "first")

    def test_a_whole_folder_is_not(self, folder):
        assert faults.wrong_folder(*folder) == []

    def test_a_changed_edition_is(self, folder):
        outputs, before = folder
        page = outputs / "first" / "index.html"
        page.write_text(page.read_text() + " ")
        found = faults.wrong_folder(outputs, before)
        assert found[0] == "the edition before has changed"
        assert found[1].startswith("half an edition, first: index.html: was altered")

    def test_half_an_edition_is(self, folder):
        outputs, before = folder
        (outputs / "second").mkdir()
        assert faults.wrong_folder(outputs, before) == ["in sight and no edition: second"]

    def test_an_empty_list_of_editions_is(self, folder):
        outputs, before = folder
        (outputs / "editions.html").write_text("")
        (found,) = faults.wrong_folder(outputs, before)
        assert found == "editions.html is cut or lacks ['first']"

    def test_a_traceback_is(self, tmp_path):
        done = {"code": 1, "said": "Traceback (most recent call last):\nError: x"}
        assert faults.wrong_exit("EIO", done, tmp_path) == ["a traceback: " + done["said"]]

    def test_success_without_an_edition_is(self, tmp_path):
        (found,) = faults.wrong_exit("EIO", {"code": 0, "said": ""}, tmp_path)
        assert found == "it says that all went well, and there is no edition"

    def test_failing_without_a_word_is(self, tmp_path):
        assert faults.wrong_exit("EIO", {"code": 1, "said": ""}, tmp_path) == ["no message but: "]
