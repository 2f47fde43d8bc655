"""Folders of editions that misbehave: two builds at once, network disks, clocks set back."""

import errno
import fcntl
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from datetime import date

import pytest
from filelock import FileLock, Timeout

from cyp_analysis import clock
from cyp_analysis.build import durable, edition, locks, naming
from cyp_analysis.build.edition import new_edition, only_lister
from cyp_analysis.edition_reader import edition_names, open_edition
from cyp_analysis.errors import EditionError, UsageError
from cyp_analysis.publish import edition_run
from cyp_analysis.publish.files import write_atomic
from cyp_analysis.publish.pages import areas as areas_page
from cyp_analysis.publish.scratch import LOCK, scratch_folder


def visible(folder):
    return sorted(p.name for p in folder.iterdir() if not p.name.startswith(".lock-"))


def build(outputs, name=None):
    """An edition of two files; its name."""
    with new_edition(outputs, name) as (folder, given):
        (folder / "indicators.parquet").write_text("x")
        (folder / "receipt.json").write_text("{}")
    return given


class TestTwoAtOnce:
    def test_of_one_name_the_second_is_told_to_wait(self, tmp_path):
        with new_edition(tmp_path, "annual"), pytest.raises(EditionError) as caught:
            build(tmp_path, "annual")
        assert str(caught.value) == (
            "annual: one build at a time; got: another build of it running. Wait for it to end."
        )

    def test_of_no_name_each_gets_its_own(self, tmp_path):
        with new_edition(tmp_path) as (_, first), new_edition(tmp_path) as (_, second):
            assert second == f"{first}-2"
        assert visible(tmp_path) == [first, second]

    def test_of_two_names_neither_sweeps_the_other_away(self, tmp_path):
        with new_edition(tmp_path, "one") as (folder, _):
            (folder / "page.html").write_text("x")
            build(tmp_path, "two")
            assert (folder / "page.html").exists()
        assert visible(tmp_path) == ["one", "two"]

    def test_a_name_given_meanwhile_is_taken(self, tmp_path, monkeypatch):
        monkeypatch.setattr(naming, "check_name", lambda *_: build_elsewhere(tmp_path, "annual"))
        with pytest.raises(EditionError, match="an edition is never changed"):
            build(tmp_path, "annual")
        FileLock(tmp_path / ".lock-annual").acquire(timeout=0).lock.release()

    def test_a_folder_made_meanwhile_is_not_replaced(self, tmp_path):
        never = pytest.raises(EditionError, match="an edition is never changed")
        with never, new_edition(tmp_path, "annual"):
            (tmp_path / "annual").mkdir()
        assert visible(tmp_path) == ["annual"]

    def test_lists_of_editions_are_written_one_after_the_other(self, tmp_path):
        with only_lister(tmp_path), pytest.raises(Timeout):
            naming.lock_of(tmp_path, naming.LISTING)
        naming.lock_of(tmp_path, naming.LISTING).release()

    def test_many_builds_of_one_day_at_once(self, tmp_path):
        context = multiprocessing.get_context("spawn")
        with context.Pool(4) as pool:
            names = pool.map(_build_in_process, [str(tmp_path)] * 8)
        assert len(set(names)) == 8
        assert visible(tmp_path) == sorted(names)


def _build_in_process(outputs):
    from pathlib import Path

    return build(Path(outputs))


def build_elsewhere(outputs, name):
    (outputs / name).mkdir(exist_ok=True)


def no_locks(number):
    def flock(*_):
        raise OSError(number, os.strerror(number))

    return flock


@pytest.mark.parametrize("number", [errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS])
class TestFoldersWithoutLocks:
    def test_builds_all_the_same_one_at_a_time(self, number, tmp_path, monkeypatch):
        monkeypatch.setattr(fcntl, "flock", no_locks(number))
        with new_edition(tmp_path, "annual"), pytest.raises(EditionError, match="one build at a"):
            build(tmp_path, "annual")
        assert build(tmp_path, "next") == "next"

    def test_a_killed_build_does_not_lock_out_the_next(self, number, tmp_path):
        code = (
            "import errno, fcntl, os, signal, pathlib\n"
            "from cyp_analysis.build.edition import new_edition\n"
            f"def flock(*_): raise OSError({number}, 'no locks')\n"
            "fcntl.flock = flock\n"
            f"with new_edition(pathlib.Path({str(tmp_path)!r}), 'annual') as (folder, _):\n"
            "    (folder / 'page.html').write_text('half')\n"
            "    os.kill(os.getpid(), signal.SIGKILL)\n"
        )
        done = subprocess.run([sys.executable, "-c", code], check=False)
        assert done.returncode == -signal.SIGKILL
        assert visible(tmp_path) == [".building-annual"]
        script = code.replace("    os.kill(os.getpid(), signal.SIGKILL)\n", "")
        assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
        assert visible(tmp_path) == ["annual"]


def test_other_troubles_with_locks_are_told(tmp_path, monkeypatch):
    monkeypatch.setattr(fcntl, "flock", no_locks(errno.EIO))
    with pytest.raises(OSError, match="Input/output"):
        locks.acquired(tmp_path / "x")


class TestNetworkFolders:
    @pytest.fixture(autouse=True)
    def quick(self, monkeypatch):
        monkeypatch.setattr(edition, "_PAUSES", (0, 0))

    @pytest.fixture
    def renames(self, monkeypatch):
        """Errors that the next renames of folders fail with, first one first."""
        rename, errors = os.rename, []

        def failing(old, new):
            if errors:
                number = errors.pop(0)
                raise OSError(number, os.strerror(number))
            rename(old, new)

        monkeypatch.setattr(edition.os, "rename", failing)
        return errors

    def test_a_folder_held_for_a_moment_is_waited_for(self, renames, tmp_path):
        renames += [errno.ETXTBSY, errno.EACCES]
        assert build(tmp_path, "annual") == "annual"
        assert visible(tmp_path) == ["annual"]

    @pytest.mark.parametrize("number", [errno.EXDEV, errno.EIO, errno.EROFS])
    def test_a_refused_name_is_told_and_nothing_is_left(self, number, renames, tmp_path):
        build(tmp_path, "first")
        renames += [number]
        with pytest.raises(EditionError) as caught:
            build(tmp_path, "second")
        assert str(caught.value).startswith("second: must be able to take its name; got: [Errno")
        assert "CYP_OUTPUTS" in str(caught.value)
        assert visible(tmp_path) == ["first"]

    def test_a_folder_held_for_good_is_told(self, renames, tmp_path):
        renames += [errno.EBUSY] * 9
        with pytest.raises(EditionError, match="must be able to take its name"):
            build(tmp_path, "annual")

    def test_a_folder_of_editions_that_vanishes_is_told(self, tmp_path):
        outputs = tmp_path / "share"
        refused = pytest.raises(EditionError, match="must be able to take its name")
        with refused, new_edition(outputs, "annual"):
            shutil.rmtree(outputs)

    def test_a_folder_that_cannot_be_made_is_told(self, tmp_path):
        (tmp_path / "file").write_text("x")
        with pytest.raises(EditionError, match="must be a folder that can be written to"):
            build(tmp_path / "file" / "outputs")

    def test_a_read_only_folder_is_told(self, tmp_path, monkeypatch):
        def refused(**_):
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))

        monkeypatch.setattr(tempfile, "TemporaryFile", refused)
        with pytest.raises(EditionError, match="Read-only file system"):
            build(tmp_path)
        assert visible(tmp_path) == []


class TestTheDisk:
    def test_a_disk_that_cannot_keep_the_bytes_is_told(self, tmp_path, monkeypatch):
        build(tmp_path, "first")

        def full(_):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(EditionError) as caught:
            build(tmp_path, "second")
        assert str(caught.value) == (
            "second: must be written whole; got: [Errno 28] No space left on device. "
            "Make room or mend the disk; earlier editions are untouched."
        )
        assert visible(tmp_path) == ["first"]

    def test_a_disk_that_knows_no_such_order_is_taken_at_its_word(self, tmp_path, monkeypatch):
        def unknown(_):
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))

        monkeypatch.setattr(os, "fsync", unknown)
        assert build(tmp_path, "annual") == "annual"

    def test_files_come_before_their_folders_and_all_before_the_name(self, tmp_path, monkeypatch):
        told = []
        monkeypatch.setattr(durable, "sync_file", lambda p: told.append(p.name))
        monkeypatch.setattr(durable, "sync_folder", lambda p: told.append(p.name + "/"))
        (tmp_path / "a" / "b").mkdir(parents=True)
        (tmp_path / "a" / "b" / "page").write_text("x")
        (tmp_path / "a" / "index").write_text("x")
        durable.sync_tree(tmp_path / "a")
        assert told == ["page", "b/", "index", "a/"]

    def test_a_page_that_must_last_is_on_the_disk_first(self, tmp_path, monkeypatch):
        synced = []
        monkeypatch.setattr("cyp_analysis.publish.files.sync_file", lambda p: synced.append(p.name))
        write_atomic(tmp_path / "a.html", "x")
        assert synced == []
        write_atomic(tmp_path / "b.html", "x", durable=True)
        assert synced[0].startswith(".b.html.")


class TestTheClock:
    def test_the_newest_edition_is_the_last_made_though_the_clock_went_back(
        self, outputs, monkeypatch
    ):
        build(outputs, "first")
        ahead = time.time_ns() + 3_600_000_000_000
        os.utime(outputs / "first" / "receipt.json", ns=(ahead, ahead))
        build(outputs, "second")
        assert edition_names() == ["first", "second"]
        assert open_edition().name == "second"

    def test_an_edition_of_the_day_before_may_be_the_newest(self, outputs, monkeypatch):
        monkeypatch.setenv(clock.TODAY, "2026-03-02")
        assert build(outputs) == "2026-03-02"
        monkeypatch.setenv(clock.TODAY, "2026-03-01")
        assert build(outputs) == "2026-03-01"
        assert build(outputs) == "2026-03-01-2"
        assert open_edition().name == "2026-03-01-2"

    def test_a_day_is_held_over_midnight(self, monkeypatch):
        monkeypatch.delenv(clock.TODAY, raising=False)
        with clock.one_day() as day:
            assert os.environ[clock.TODAY] == day.isoformat()
            monkeypatch.setattr(clock, "date", None)  # nobody asks the computer again
            monkeypatch.setattr(clock, "date", type("Later", (date,), {}))
            assert clock.today() == day
        assert clock.TODAY not in os.environ

    def test_a_day_given_is_put_back(self, monkeypatch):
        monkeypatch.setenv(clock.TODAY, "2026-03-02")
        with clock.one_day(date(2025, 1, 1)):
            assert clock.today() == date(2025, 1, 1)
        assert clock.today() == date(2026, 3, 2)

    @pytest.mark.parametrize("text", ["today", "2026-02-30", "01/02/2026"])
    def test_no_day_is_told(self, text, monkeypatch):
        monkeypatch.setenv(clock.TODAY, text)
        with pytest.raises(UsageError, match="CYP_TODAY: must be a date; got: "):
            clock.today()


class TestThePageOfEditions:
    def test_its_name_is_no_edition_s(self, tmp_path):
        with pytest.raises(UsageError, match="must be letters, digits"):
            build(tmp_path, "Editions.html")

    def test_half_a_page_of_a_build_cut_off_goes(self, tmp_path):
        (tmp_path / ".editions.html.123.part").write_text("<html")
        with only_lister(tmp_path):
            assert visible(tmp_path) == []

    @pytest.mark.parametrize("text", ["", "{", "[]", '{"created": "never"}', '{"created": 3}'])
    def test_a_damaged_receipt_does_not_stop_it(self, text, outputs):
        build(outputs, "first")
        (outputs / "first" / "receipt.json").write_text(text)
        page = areas_page.write_editions(outputs)
        assert "first" in page.read_text()

    def test_an_edition_stands_though_the_page_cannot_be_written(self, outputs, monkeypatch):
        build(outputs, "first")

        def refused(_):
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))

        monkeypatch.setattr(areas_page, "write_editions", refused)
        with pytest.raises(EditionError) as caught:
            edition_run.list_editions(outputs)
        assert str(caught.value).endswith("The edition is whole; the next build renews its page.")
        naming.lock_of(outputs, naming.LISTING).release()


class TestTemporaryFolders:
    @pytest.fixture(autouse=True)
    def own(self, tmp_path, monkeypatch):
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
        return tmp_path

    def test_they_go_with_the_block(self, own):
        with scratch_folder("build") as folder:
            (folder / "x").write_text("x")
        assert list(own.iterdir()) == []

    def test_what_a_killed_program_left_goes_with_the_next(self, own):
        left = own / "cyp-build-left"
        left.mkdir()
        (left / LOCK).touch()
        with scratch_folder("build") as folder:
            assert list(own.iterdir()) == [folder]

    def test_those_of_others_stay(self, own):
        (own / "elsewhere").mkdir()
        (own / "cyp-build-link").symlink_to(own / "elsewhere", target_is_directory=True)
        (own / "elsewhere" / LOCK).touch()
        (own / "cyp-build-new").mkdir()  # its program has not locked it yet
        with scratch_folder("build") as first, scratch_folder("build"):
            assert first.is_dir()
        names = ["cyp-build-link", "cyp-build-new", "elsewhere"]
        assert sorted(p.name for p in own.iterdir()) == names
