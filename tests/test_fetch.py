"""What passports ask for, what each way of publishing brings, what is kept, what is told."""

import csv
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest
import yaml
from filelock import FileLock
from replay import (
    Reply,
    as_json,
    conditional,
    fingertips,
    looked_after,
    nomis,
    serving,
    zipped,
)

from cyp_analysis import catalogue
from cyp_analysis.catalogue import Source
from cyp_analysis.errors import CatalogueError, SourceError, UsageError
from cyp_analysis.fetch import Job, Limits, Transport, fetch_sources, planned, plans, summary
from cyp_analysis.fetch.ees import day_of
from cyp_analysis.fetch.plan import catalogue_indicator_ids, plan
from cyp_analysis.fetch.store import RECORD, records
from cyp_analysis.loaders import read, read_all

ROOT = Path(__file__).parents[1]
QUICK = Limits(connect=2, read=2, whole=20, tries=3, backoff=0.001, longest_wait=5, pause=0)
DAY = date(2026, 4, 1)
GUID = "63cfc86e-c334-4e58-2912-08da0807d53c"


@pytest.fixture
def server():
    with serving() as replay:
        yield replay


@pytest.fixture(scope="module")
def known() -> dict[str, Source]:
    return dict(catalogue.load().sources)


def asking(known, fetch: dict, name: str = "dfe_children_looked_after") -> dict[str, Source]:
    """The catalogue with one passport that has this `fetch` section, and no others."""
    plain = {key: replace(source, fetch={}) for key, source in known.items()}
    return plain | {name: replace(known[name], fetch=fetch)}


def fetched(sources, to, **how):
    """Outcomes of everything in the catalogue that has a `fetch` section."""
    job = Job(to, sources, **({"today": DAY} | how))
    asker = Transport(QUICK, sleep=lambda seconds: None, trust_env=False)
    return list(fetch_sources(job, plans((), sources), asker))


def one(sources, to, **how):
    outcomes = fetched(sources, to, **how)
    assert len(outcomes) == 1, outcomes
    return outcomes[0]


def files_in(folder: Path) -> list[str]:
    """Files that a build would see, below a folder."""
    found = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return sorted(p.as_posix() for p in found if not any(x.startswith(".") for x in p.parts))


# What passports may ask for

GOOD = [
    {"kind": "file", "url": "https://example.org/a.csv"},
    {"kind": "file", "url": ["https://example.org/a.csv", "http://example.org/b.csv"]},
    {"kind": "file", "url": "https://example.org/a.csv", "sha256": "sha256:" + "a" * 64},
    {"kind": "fingertips", "indicator_ids": ["90284"], "child_area_type_id": 502,
     "parent_area_type_id": "15"},
    {"kind": "fingertips", "indicator_ids": "catalogue", "child_area_type_id": "502",
     "parent_area_type_id": "15", "chunk": 2},
    {"kind": "ees_file", "publication": "children-in-need", "files": ["b1_*.csv"]},
    {"kind": "ees_file", "data_set_files": [GUID]},
    {"kind": "ees_api", "data_set": GUID, "query": '{"indicators": ["04nTr"]}'},
    {"kind": "nomis", "dataset": "NM_2002_1", "params": {"geography": "TYPE480"}},
]  # fmt: skip

BAD = [
    ({"url": "https://example.org"}, "`kind` must be one of file, fingertips", "None"),
    ({"kind": "ftp"}, "`kind` must be one of", "ftp"),
    ({"kind": "file"}, "`url` must be given", "Add it."),
    ({"kind": "file", "url": "https://e.org/a", "sha": "x"}, "`sha` is not a key", "`sha256`?"),
    ({"kind": "file", "url": "ftp://e.org/a"}, "`url` must be an http or https address", "ftp:"),
    ({"kind": "file", "url": "file:///etc/passwd"}, "`url` must be an http", "file:"),
    ({"kind": "file", "url": "https://u:p@e.org/a"}, "`url` must be an http", "u:p"),
    ({"kind": "file", "url": []}, "`url` must be a list of texts", "[]"),
    ({"kind": "file", "url": "https://e.org/a", "sha256": "abc"}, "64 hexadecimal", "abc"),
    ({"kind": "file", "url": "https://e.org/a", "published": "last May"}, "a date like", "May"),
    ({"kind": "file", "url": ["https://e.org/a", "https://e.org/b"], "name": "a.csv"},
     "must go with one `url`", "2 of them"),
    ({"kind": "fingertips", "indicator_ids": ["obesity"], "child_area_type_id": "502",
      "parent_area_type_id": "15"}, "`indicator_ids` must be numbers", "obesity"),
    ({"kind": "fingertips", "indicator_ids": ["1"], "child_area_type_id": "502"},
     "`parent_area_type_id` must be given", "Add it."),
    ({"kind": "fingertips", "indicator_ids": ["1"], "child_area_type_id": "502",
      "parent_area_type_id": "15", "chunk": 0}, "`chunk` must be a whole number above 0", "0"),
    ({"kind": "ees_file"}, "`publication` or `data_set_files` must be given", "Give one"),
    ({"kind": "ees_file", "publication": "a", "data_set_files": [GUID]}, "must be given", "one"),
    ({"kind": "ees_file", "data_set_files": ["1"]}, "data set file identifiers", "got: 1."),
    ({"kind": "ees_api", "data_set": "x"}, "a data set's identifier", "got: x."),
    ({"kind": "ees_api", "data_set": GUID, "query": "{"}, "a JSON object with", "{"),
    ({"kind": "ees_api", "data_set": GUID, "query": "[]"}, "a JSON object with", "[]"),
    ({"kind": "nomis", "dataset": "2002", "params": {"a": "b"}}, "such as NM_2002_1", "2002"),
    ({"kind": "nomis", "dataset": "NM_1_1", "params": {}}, "`params` must be a mapping", "{}"),
]  # fmt: skip


@pytest.mark.parametrize("fetch", GOOD, ids=lambda fetch: fetch["kind"])
def test_what_a_passport_may_ask(fetch, known):
    source = replace(known["ohid_fingertips"], fetch=fetch)
    checked = plan(source)
    assert checked.kind == fetch["kind"]
    assert checked.base.startswith("https://") or fetch["kind"] == "file"


@pytest.mark.parametrize(("fetch", "rule", "got"), BAD)
def test_what_it_may_not_ask_is_told_with_the_passports_name(fetch, rule, got, known):
    with pytest.raises(CatalogueError) as caught:
        plan(replace(known["ohid_fingertips"], fetch=fetch))
    told = str(caught.value)
    assert told.startswith("sources/ohid_fingertips.yml, fetch: ")
    assert rule in told and got in told


def test_every_passport_of_the_project_asks_rightly(known):
    for source in known.values():
        if source.fetch:
            assert plan(source).options


def test_files_that_passports_fetch_are_those_that_they_claim_by_name(known):
    kinds = {source.id: plan(source) for source in known.values() if source.fetch}
    assert {"ohid_fingertips", "dfe_children_looked_after", "nomis_population_estimates"} <= set(
        kinds
    )
    for asked in kinds.values():
        if asked.kind == "ees_file":
            assert asked.options["publication"] in asked.source.url
            assert set(asked.options["files"]) <= set(asked.source.file_patterns)


def test_sources_are_named_or_all_that_can_be_fetched(known):
    sources = asking(known, GOOD[0])
    assert [p.source.id for p in plans((), sources)] == ["dfe_children_looked_after"]
    with pytest.raises(UsageError, match="Near: .*dfe_children_in_need"):
        plans(("dfe_children_need",), sources)
    with pytest.raises(UsageError, match="Download it by hand: On fingertips.phe.org.uk open"):
        plans(("ohid_fingertips",), sources)


@pytest.mark.parametrize("base", [{"nomi": "https://e.org"}, {"nomis": "e.org"}, {"file": "x"}])
def test_a_mirror_is_a_known_kind_and_an_address(base, known):
    with pytest.raises(UsageError, match="must be KIND=URL"):
        plans((), asking(known, GOOD[0]), base)


def test_the_passports_base_gives_way_to_the_users(known):
    source = replace(known["ohid_fingertips"], fetch=GOOD[3] | {"base": "https://a.org/"})
    assert plan(source).base == "https://a.org"
    assert plan(source, {"fingertips": "https://b.org/x"}).base == "https://b.org/x"


def test_the_catalogues_own_fingertips_indicators_are_found():
    wanted = catalogue_indicator_ids()
    assert "90284" in wanted and wanted == sorted(set(wanted), key=int)


# One file


def test_a_file_lands_where_a_build_reads_it(server, known, tmp_path):
    headers = {"Last-Modified": "Thu, 20 Nov 2025 09:30:00 GMT", "ETag": '"a"'}
    name = "cla_number_and_rate_per_10k_children.csv"
    url = server.at(f"/{name}", Reply(looked_after(), headers=headers))
    outcome = one(asking(known, {"kind": "file", "url": url}), tmp_path)
    assert (outcome.outcome, outcome.error) == ("fetched", None)
    place = f"dfe_children_looked_after/2025-11-20/{name}"
    assert files_in(tmp_path) == [place]
    record = json.loads((tmp_path / place).with_name(RECORD).read_text())["files"][0]
    assert record["url"] == url and record["rows"] == 40 and record["etag"] == '"a"'
    assert record["recognised_as"] == "dfe_children_looked_after"
    assert record["size"] == len(looked_after()) and len(record["sha256"]) == 64
    table = read(tmp_path / place)
    assert table.source.id == "dfe_children_looked_after"
    assert set(table.rows["source_published"].dt.date) == {date(2025, 11, 20)}
    assert not read_all([tmp_path]).failed and len(read_all([tmp_path]).tables) == 1


def test_without_a_date_it_is_todays(server, known, tmp_path):
    url = server.at("/cla.csv", Reply(looked_after()))
    one(asking(known, {"kind": "file", "url": url}), tmp_path)
    assert files_in(tmp_path) == ["dfe_children_looked_after/2026-04-01/cla.csv"]


def test_the_passports_date_goes_before_the_servers(server, known, tmp_path):
    url = server.at("/cla.csv", conditional(looked_after(), modified="Thu, 20 Nov 2025 09:30:00"))
    one(asking(known, {"kind": "file", "url": url, "published": "2025-11-18"}), tmp_path)
    assert files_in(tmp_path) == ["dfe_children_looked_after/2025-11-18/cla.csv"]


def test_the_same_again_is_not_sent_and_not_kept_twice(server, known, tmp_path):
    url = server.at("/cla.csv", conditional(looked_after()))
    sources = asking(known, {"kind": "file", "url": url})
    assert one(sources, tmp_path).outcome == "fetched"
    later = date(2026, 9, 1)
    assert one(sources, tmp_path, today=later).outcome == "unchanged"
    assert server.asked[1].headers["If-None-Match"] == '"one"'
    assert one(sources, tmp_path, today=later, force=True).outcome == "unchanged"
    assert "If-None-Match" not in server.asked[2].headers
    assert files_in(tmp_path) == ["dfe_children_looked_after/2026-04-01/cla.csv"]


def test_a_new_edition_gets_its_own_folder(server, known, tmp_path):
    url = server.at("/cla.csv", Reply(looked_after()), Reply(looked_after(41)))
    sources = asking(known, {"kind": "file", "url": url})
    one(sources, tmp_path)
    assert one(sources, tmp_path, today=date(2026, 9, 1)).outcome == "fetched"
    below = tmp_path / "dfe_children_looked_after"
    assert files_in(below) == ["2026-04-01/cla.csv", "2026-09-01/cla.csv"]
    assert (below / "2026-04-01/cla.csv").read_bytes() == looked_after()


def test_a_correction_on_the_same_day_writes_over_nothing(server, known, tmp_path):
    bodies = [looked_after(40), looked_after(41), looked_after(42)]
    url = server.at("/cla.csv", *map(Reply, bodies))
    sources = asking(known, {"kind": "file", "url": url, "published": "2025-11-20"})
    for _ in bodies:
        assert one(sources, tmp_path).outcome == "fetched"
    below = tmp_path / "dfe_children_looked_after"
    names = ["2025-11-20/cla.csv", "2026-04-01/cla.csv", "2026-04-01-2/cla.csv"]
    assert [(below / name).read_bytes() for name in names] == bodies


def test_a_kept_file_that_was_changed_counts_as_none(server, known, tmp_path):
    url = server.at("/cla.csv", conditional(looked_after()))
    sources = asking(known, {"kind": "file", "url": url})
    one(sources, tmp_path)
    below = tmp_path / "dfe_children_looked_after"
    (below / "2026-04-01/cla.csv").write_text("edited by hand")
    assert records(below) == []
    assert one(sources, tmp_path).outcome == "fetched"
    assert (below / "2026-04-01/cla.csv").read_text() == "edited by hand"
    assert (below / "2026-04-01-2/cla.csv").read_bytes() == looked_after()


def test_a_file_that_came_without_its_record_is_taken_up(server, known, tmp_path):
    url = server.at("/cla.csv", Reply(looked_after()))
    sources = asking(known, {"kind": "file", "url": url})
    one(sources, tmp_path)
    (tmp_path / "dfe_children_looked_after/2026-04-01" / RECORD).write_text("{")
    assert one(sources, tmp_path).outcome == "fetched"
    assert files_in(tmp_path) == ["dfe_children_looked_after/2026-04-01/cla.csv"]
    assert len(records(tmp_path / "dfe_children_looked_after")) == 1


def test_a_hash_that_is_not_the_passports(server, known, tmp_path):
    url = server.at("/cla.csv", Reply(looked_after()))
    outcome = one(asking(known, {"kind": "file", "url": url, "sha256": "0" * 64}), tmp_path)
    assert "must be the file of sha256 000000" in str(outcome.error)
    assert files_in(tmp_path) == []


def test_a_hash_that_is_the_passports(server, known, tmp_path):
    url = server.at("/cla.csv", Reply(looked_after()))
    told = sha256(looked_after()).hexdigest()
    assert one(asking(known, {"kind": "file", "url": url, "sha256": told}), tmp_path).error is None


def test_a_layout_that_no_passport_knows_is_kept_and_told(server, known, tmp_path):
    url = server.at("/new.csv", Reply(b"a,b\n1,2\n"))
    outcome = one(asking(known, {"kind": "file", "url": url}), tmp_path)
    assert outcome.outcome == "not recognised" and outcome.is_problem
    assert "a header unlike any passport's" in outcome.record.notes[0]
    assert files_in(tmp_path) == ["dfe_children_looked_after/2026-04-01/new.csv"]


def test_one_that_fails_never_stops_the_others(server, known, tmp_path):
    good = server.at("/cla.csv", Reply(looked_after()))
    urls = [f"{server.base}/gone.csv", good]
    sources = asking(known, {"kind": "file", "url": urls})
    away = {"kind": "ees_file", "publication": "none", "base": server.base}
    sources["dfe_referrals"] = replace(sources["dfe_referrals"], fetch=away)
    outcomes = fetched(sources, tmp_path)
    told = [(o.source_id, o.outcome) for o in outcomes]
    assert sorted(told) == [
        ("dfe_children_looked_after", "failed"),
        ("dfe_children_looked_after", "fetched"),
        ("dfe_referrals", "failed"),
    ]
    table = summary(outcomes)
    assert list(table["remarks"]).count("see below") == 2 and len(table) == 3


def test_a_failure_tells_of_the_copy_kept_and_leaves_it(server, known, tmp_path):
    url = server.at("/cla.csv", Reply(looked_after()), Reply(b"", 500))
    sources = asking(known, {"kind": "file", "url": url})
    kept = one(sources, tmp_path).record.fetched[:10]
    outcome = one(sources, tmp_path)
    assert f"The copy fetched on {kept} is kept and can be used." in str(outcome.error)
    assert "500 Internal Server Error, after 3 tries" in str(outcome.error)
    assert files_in(tmp_path) == ["dfe_children_looked_after/2026-04-01/cla.csv"]


def test_offline_tells_what_is_kept_and_asks_nobody(server, known, tmp_path):
    url = server.at("/cla.csv", Reply(looked_after()))
    sources = asking(known, {"kind": "file", "url": url})
    first = one(sources, tmp_path, offline=True)
    assert "must have been fetched before to be used offline" in str(first.error)
    assert not (tmp_path / "dfe_children_looked_after").exists()
    one(sources, tmp_path)
    outcome = one(sources, tmp_path, offline=True)
    assert outcome.outcome == "kept copy" and not outcome.is_problem
    assert summary([outcome])["remarks"][0].startswith("fetched 20")
    assert len(server.asked) == 1


def test_not_modified_without_a_copy_is_a_failure(server, known, tmp_path):
    url = server.at("/cla.csv", Reply(b"", 304))
    outcome = one(asking(known, {"kind": "file", "url": url}), tmp_path)
    assert "304 Not Modified, with no copy here" in str(outcome.error)


def test_two_fetches_of_one_source_do_not_mix(server, known, tmp_path):
    url = server.at("/cla.csv", Reply(looked_after()))
    sources = asking(known, {"kind": "file", "url": url})
    one(sources, tmp_path)
    with FileLock(tmp_path / "dfe_children_looked_after" / ".lock"):
        outcome = one(sources, tmp_path)
    assert "another fetch under way" in str(outcome.error)


def test_a_folder_that_cannot_be_made(known, tmp_path):
    taken = tmp_path / "taken"
    taken.write_text("a file")
    with pytest.raises(SourceError, match="must be a folder that can be written to"):
        fetched(asking(known, GOOD[0]), taken)


def test_the_folder_stays_out_of_version_control(server, known, tmp_path):
    url = server.at("/cla.csv", Reply(looked_after()))
    one(asking(known, {"kind": "file", "url": url}), tmp_path / "new")
    assert (tmp_path / "new" / ".gitignore").read_text() == "*\n"


def test_a_full_disk_is_one_sources_failure(server, known, tmp_path, monkeypatch):
    url = server.at("/cla.csv", Reply(looked_after()))

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    outcome = one(asking(known, {"kind": "file", "url": url}), tmp_path)
    assert "No space left on device" in str(outcome.error)
    assert files_in(tmp_path) == []


def test_an_unchanged_file_keeps_its_name_from_its_namesake(server, known, tmp_path):
    newer = iter([looked_after(41), looked_after(42)])
    urls = [
        server.at("/a/cla.csv", conditional(looked_after())),
        server.at("/b/cla.csv", lambda asked: Reply(next(newer))),
    ]
    sources = asking(known, {"kind": "file", "url": urls})
    fetched(sources, tmp_path)
    outcomes = fetched(sources, tmp_path, today=date(2026, 9, 1))
    assert [o.outcome for o in outcomes] == ["unchanged", "fetched"]
    below = tmp_path / "dfe_children_looked_after"
    assert files_in(below) == ["2026-04-01/cla-2.csv", "2026-04-01/cla.csv", "2026-09-01/cla-2.csv"]


def test_two_files_of_one_name_are_kept_apart(server, known, tmp_path):
    urls = [
        server.at("/a/cla.csv", Reply(looked_after())),
        server.at("/b/cla.csv", Reply(looked_after(41))),
    ]
    sources = asking(known, {"kind": "file", "url": urls})
    assert [o.outcome for o in fetched(sources, tmp_path)] == ["fetched", "fetched"]
    below = tmp_path / "dfe_children_looked_after" / "2026-04-01"
    assert files_in(below) == ["cla-2.csv", "cla.csv"]
    assert (below / "cla-2.csv").read_bytes() == looked_after(41)
    assert [o.outcome for o in fetched(sources, tmp_path)] == ["unchanged", "unchanged"]


# Fingertips


def fingertips_section(server, **more) -> dict:
    ids, types = ["90284", "10101", "11501"], {"child_area_type_id": "502"}
    section = {"kind": "fingertips", "base": server.base, "indicator_ids": ids, "chunk": 2}
    return section | types | {"parent_area_type_id": "15"} | more


def fingertips_route(asked) -> Reply:
    return zipped(fingertips(asked.first("indicator_ids").split(",")))


def test_fingertips_indicators_come_a_few_at_a_time(server, known, tmp_path):
    server.at("/api/all_data/csv/by_indicator_id", fingertips_route)
    outcome = one(asking(known, fingertips_section(server), "ohid_fingertips"), tmp_path)
    assert outcome.outcome == "fetched", outcome.error
    asked = [request.first("indicator_ids") for request in server.asked]
    assert asked == ["90284,10101", "11501"]
    assert server.asked[0].first("include_sortable_time_periods") == "yes"
    path = tmp_path / "ohid_fingertips/2026-04-01/indicators.data.csv"
    assert path.read_bytes() == fingertips(["90284", "10101", "11501"])
    assert outcome.record.rows == 9 and outcome.record.recognised_as == "ohid_fingertips"


def test_fingertips_indicators_of_the_catalogue(server, known, tmp_path):
    server.at("/api/all_data/csv/by_indicator_id", fingertips_route)
    section = fingertips_section(server, indicator_ids="catalogue", chunk=1000)
    one(asking(known, section, "ohid_fingertips"), tmp_path)
    assert server.asked[0].first("indicator_ids").split(",") == catalogue_indicator_ids()


def test_a_fingertips_indicator_without_rows_is_told(server, known, tmp_path):
    server.at("/api/all_data/csv/by_indicator_id", lambda asked: Reply(fingertips(["90284"])))
    section = fingertips_section(server, indicator_ids=["90284", "1"])
    outcome = one(asking(known, section, "ohid_fingertips"), tmp_path)
    assert outcome.record.notes == ("no rows for indicator 1",)


def test_parts_that_came_before_a_failure_are_not_asked_for_again(server, known, tmp_path):
    down = Reply(b"", 500)
    replies = [fingertips_route, down, down, down, fingertips_route]
    server.at("/api/all_data/csv/by_indicator_id", *replies)
    sources = asking(known, fingertips_section(server), "ohid_fingertips")
    assert one(sources, tmp_path).outcome == "failed"
    assert one(sources, tmp_path).outcome == "fetched"
    asked = [request.first("indicator_ids") for request in server.asked]
    assert asked == ["90284,10101", "11501", "11501", "11501", "11501"]
    path = tmp_path / "ohid_fingertips/2026-04-01/indicators.data.csv"
    assert path.read_bytes() == fingertips(["90284", "10101", "11501"])
    assert not (tmp_path / "ohid_fingertips" / ".staging").exists()


@pytest.mark.parametrize("late", [True, False])
def test_parts_of_yesterday_or_by_force_are_asked_for_again(late, server, known, tmp_path):
    down = Reply(b"", 500)
    replies = [fingertips_route, down, down, down, fingertips_route]
    server.at("/api/all_data/csv/by_indicator_id", *replies)
    sources = asking(known, fingertips_section(server), "ohid_fingertips")
    one(sources, tmp_path)
    if late:
        for part in (tmp_path / "ohid_fingertips" / ".staging").glob("*.page"):
            os.utime(part, (0, 0))
    assert one(sources, tmp_path, force=not late).outcome == "fetched"
    assert len(server.asked) == 6


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (fingertips(["999"]), "no row of any of them"),
        (b"Indicator,Value\n1,2\n", "must answer with a column `Indicator ID`"),
        (b"<html><title>Service unavailable</title></html>", "Service unavailable"),
        (b'{"Message": "An error has occurred."}', "a JSON answer"),
        (fingertips(["90284"])[:-30], "must send the whole of data.csv"),
    ],
)
def test_fingertips_answers_that_are_no_data(body, told, server, known, tmp_path):
    server.at("/api/all_data/csv/by_indicator_id", Reply(body))
    outcome = one(asking(known, fingertips_section(server), "ohid_fingertips"), tmp_path)
    assert told in str(outcome.error) and files_in(tmp_path) == []


def test_fingertips_parts_with_other_columns_are_not_joined(server, known, tmp_path):
    other = fingertips(["11501"]).replace(b"Compared to goal", b"Target data")
    server.at("/api/all_data/csv/by_indicator_id", fingertips_route, Reply(other))
    outcome = one(asking(known, fingertips_section(server), "ohid_fingertips"), tmp_path)
    assert "every part with the same columns" in str(outcome.error)


# Nomis

NOMIS_PATH = "/api/v01/dataset/NM_2002_1.data.csv"


def nomis_section(server, **more) -> dict:
    return {"kind": "nomis", "dataset": "NM_2002_1", "base": server.base, "page_size": 100,
            "params": {"geography": "TYPE480", "measures": "20100"}} | more  # fmt: skip


def nomis_fetch(server, known, tmp_path, route, **more):
    server.at(NOMIS_PATH, route)
    return one(asking(known, nomis_section(server, **more)), tmp_path)


def nomis_rows(tmp_path) -> list[dict]:
    path = tmp_path / "dfe_children_looked_after/2026-04-01/nm_2002_1.data.csv"
    with path.open() as file:
        return list(csv.DictReader(file))


def part_of(asked, total: int, **how) -> Reply:
    offset, limit = int(asked.first("recordoffset")), int(asked.first("recordlimit"))
    return Reply(nomis(offset, limit, total, **how))


@pytest.mark.parametrize("total", [1, 99, 100, 101, 250])
def test_nomis_rows_are_all_there_once(total, server, known, tmp_path):
    outcome = nomis_fetch(server, known, tmp_path, lambda asked: part_of(asked, total))
    assert outcome.error is None and outcome.record.rows == total
    rows = nomis_rows(tmp_path)
    assert [int(row["OBS_VALUE"]) for row in rows] == list(range(total))
    assert len(server.asked) == -(-total // 100)
    assert server.asked[0].first("geography") == "TYPE480"


def test_nomis_that_sends_less_than_asked_is_asked_for_the_rest(server, known, tmp_path):
    def route(asked):
        return Reply(nomis(int(asked.first("recordoffset")), 30, 100))

    assert nomis_fetch(server, known, tmp_path, route).record.rows == 100
    assert [int(row["OBS_VALUE"]) for row in nomis_rows(tmp_path)] == list(range(100))


def test_nomis_that_stops_without_saying_so(server, known, tmp_path):
    outcome = nomis_fetch(server, known, tmp_path, lambda asked: part_of(asked, 250, stop=150))
    assert "must send all rows of the query; got: 150 rows and then no more" in str(outcome.error)
    assert files_in(tmp_path) == []


def test_nomis_that_counts_anew_in_between(server, known, tmp_path):
    totals = iter([250, 260, 260])
    outcome = nomis_fetch(server, known, tmp_path, lambda asked: part_of(asked, next(totals)))
    assert "must count the same rows in every part; got: 250 and then 260" in str(outcome.error)


def test_nomis_that_ignores_the_offset(server, known, tmp_path):
    outcome = nomis_fetch(server, known, tmp_path, lambda asked: Reply(nomis(0, 100, 250)))
    assert "must send the part that begins at row 100; got: one from 0" in str(outcome.error)


NO_COUNT = [
    (b'"DATE","OBS_VALUE"\n"2024",1\n', "must answer with a column RECORD_COUNT"),
    (b'"OBS_VALUE","RECORD_COUNT"\n1,many\n', "must give RECORD_COUNT as a number; got: many"),
    (nomis(0, 0, 0), "must have rows"),
    (nomis(0, 100, 60) + b'"2024","E0000', "ends inside quotes"),
    (b"<html><title>Nomis is down</title></html>", "Nomis is down"),
]


@pytest.mark.parametrize(("body", "told"), NO_COUNT)
def test_nomis_answers_that_cannot_be_trusted(body, told, server, known, tmp_path):
    outcome = nomis_fetch(server, known, tmp_path, Reply(body))
    assert told in str(outcome.error) and files_in(tmp_path) == []


def test_nomis_that_sends_more_rows_than_it_counts(server, known, tmp_path):
    body = nomis(0, 100, 60) + b'"2024","E1",1,61,60\n'
    assert "must send 60 rows" in str(nomis_fetch(server, known, tmp_path, Reply(body)).error)


def test_nomis_is_asked_for_every_area_of_today(server, known, tmp_path):
    params = {"geography": "{areas}", "date": "latest"}
    nomis_fetch(server, known, tmp_path, lambda asked: part_of(asked, 5), params=params)
    codes = server.asked[0].first("geography").split(",")
    assert codes[0] == "E92000001" and len(codes) == len(set(codes)) == 1 + 9 + 153
    assert {"E12000007", "E09000003", "E06000063"} <= set(codes)
    assert "E10000006" not in codes  # Cumbria has ended


def test_nomis_selections_are_given_what_counts_the_rows(server, known, tmp_path):
    params = {"geography": "TYPE480", "select": "geography_code,OBS_VALUE,Record_Count"}
    nomis_fetch(server, known, tmp_path, lambda asked: part_of(asked, 5), params=params)
    expected = "geography_code,OBS_VALUE,Record_Count,record_offset"
    assert server.asked[0].first("select") == expected


# Explore education statistics: files

FILE_NAME = "cla_number_and_rate_per_10k_children.csv"
RELEASE = {
    "id": "0a1b",
    "published": "2025-11-20T09:30:00Z",
    "slug": "2025",
    "downloadFiles": [
        {"id": "f1", "fileName": FILE_NAME, "type": "Data"},
        {"id": "f2", "fileName": "guide.pdf", "type": "Ancillary"},
    ],
}


def ees_section(server, **more) -> dict:
    return {"kind": "ees_file", "publication": "looked-after", "files": "CLA_number*.csv",
            "base": f"{server.base}/api"} | more  # fmt: skip


def test_the_latest_release_of_a_publication(server, known, tmp_path):
    server.at("/api/publications/looked-after/releases/latest", as_json(RELEASE))
    server.at("/api/releases/0a1b/files/f1", zipped(looked_after()))
    outcome = one(asking(known, ees_section(server)), tmp_path)
    assert outcome.error is None
    assert files_in(tmp_path) == [f"dfe_children_looked_after/2025-11-20/{FILE_NAME}"]


def test_a_release_by_name(server, known, tmp_path):
    server.at("/api/publications/looked-after/releases/2024", as_json(RELEASE | {"id": "9"}))
    server.at("/api/releases/9/files/f1", Reply(looked_after()))
    assert one(asking(known, ees_section(server, release="2024")), tmp_path).error is None


def test_a_release_is_looked_up_once_for_all_its_files(server, known, tmp_path):
    server.at("/api/publications/looked-after/releases/latest", as_json(RELEASE))
    server.at("/api/releases/0a1b/files/f1", Reply(looked_after()))
    sources = asking(known, ees_section(server))
    sources["dfe_referrals"] = replace(known["dfe_referrals"], fetch=ees_section(server))
    fetched(sources, tmp_path)
    assert server.paths().count("/api/publications/looked-after/releases/latest") == 1


@pytest.mark.parametrize(
    ("release", "told"),
    [
        ({"title": "Moved"}, "must describe a release with `id` and `downloadFiles`; got: title"),
        (["x"], "got: list"),
        (RELEASE | {"downloadFiles": None}, "got: no files"),
        (RELEASE | {"downloadFiles": ["x", {"fileName": "a.csv"}]}, "got: no files"),
        (RELEASE | {"downloadFiles": RELEASE["downloadFiles"][1:]}, "got: guide.pdf"),
    ],
)
def test_a_release_without_the_file(release, told, server, known, tmp_path):
    server.at("/api/publications/looked-after/releases/latest", as_json(release))
    assert told in str(one(asking(known, ees_section(server)), tmp_path).error)


def test_a_name_without_a_file_does_not_stop_the_others(server, known, tmp_path):
    server.at("/api/publications/looked-after/releases/latest", as_json(RELEASE))
    server.at("/api/releases/0a1b/files/f1", Reply(looked_after()))
    section = ees_section(server, files=["absent_*.csv", "cla_*.csv", "cla_number*.csv"])
    outcomes = fetched(asking(known, section), tmp_path)
    assert [o.outcome for o in outcomes] == ["failed", "fetched"]
    assert "must have a file named absent_*.csv; got: cla_number" in str(outcomes[0].error)


def test_a_release_page_instead_of_json(server, known, tmp_path):
    page = Reply(b"<html><title>Service unavailable</title></html>")
    server.at("/api/publications/looked-after/releases/latest", page)
    outcome = one(asking(known, ees_section(server)), tmp_path)
    assert "must answer in JSON; got: Service unavailable, after 3 tries" in str(outcome.error)


def test_data_set_files_by_identifier(server, known, tmp_path):
    headers = {"Content-Disposition": f'attachment; filename="{FILE_NAME}"'}
    server.at(f"/data-set-files/{GUID}/download", Reply(looked_after(), headers=headers))
    section = {"kind": "ees_file", "data_set_files": [GUID], "base": server.base}
    assert one(asking(known, section), tmp_path).record.name == FILE_NAME


# Explore education statistics: the API


def api_section(server, **more) -> dict:
    return {"kind": "ees_api", "data_set": GUID, "base": server.base} | more


LATEST = {"latestVersion": {"version": "1.2", "published": "2025-11-20T09:30:00Z",
                            "totalResults": 40}}  # fmt: skip


def test_a_whole_data_set(server, known, tmp_path):
    server.at(f"/v1/data-sets/{GUID}", as_json(LATEST))
    server.at(f"/v1/data-sets/{GUID}/csv", zipped(looked_after()))
    outcome = one(asking(known, api_section(server)), tmp_path)
    assert outcome.record.notes == () and outcome.record.published == "2025-11-20"


def test_a_whole_data_set_of_fewer_rows_than_counted_is_told(server, known, tmp_path):
    server.at(f"/v1/data-sets/{GUID}", as_json(LATEST))
    server.at(f"/v1/data-sets/{GUID}/csv", zipped(looked_after(30)))
    outcome = one(asking(known, api_section(server)), tmp_path)
    assert outcome.record.notes == ("30 rows where the service counts 40",)


def test_an_older_version_of_a_data_set(server, known, tmp_path):
    server.at(f"/v1/data-sets/{GUID}", as_json(LATEST))
    server.at(f"/v1/data-sets/{GUID}/csv", zipped(looked_after(30)))
    outcome = one(asking(known, api_section(server, version="1.0")), tmp_path)
    assert outcome.record.notes == () and outcome.record.published == "2026-04-01"
    assert server.asked[-1].first("dataSetVersion") == "1.0"


POPULATION = "Children looked after on 31 March each year"
META = {
    "geographicLevels": [{"code": "NAT", "label": "National"},
                         {"code": "LA", "label": "Local authority"}],
    "locations": [
        {"level": {"code": "NAT"}, "options": [
            {"id": "n", "label": "England", "code": "E92000001"}]},
        {"level": {"code": "REG"}, "options": [{"id": "r", "name": "Inland", "code": "E12000099"}]},
        {"level": {"code": "LA"}, "options": [
            {"id": "a", "label": "Exampleshire", "code": "E10999999", "oldCode": "999"}]},
    ],
    "filters": [{"id": "p", "column": "population_type", "label": "Population", "options": [
        {"id": "x", "label": POPULATION}]}],
    "indicators": [{"id": "i1", "column": "population_estimate"}, {"id": "i2", "column":
                   "children_count"}, {"id": "i3", "column": "rate_per_10000"}],
    "timePeriods": [],
}  # fmt: skip


def result(number: int, level: str = "NAT", **more) -> dict:
    return {"timePeriod": {"code": "RY", "period": str(2000 + number)}, "geographicLevel": level,
            "locations": {"NAT": "n"}, "filters": {"p": "x"},
            "values": {"i1": "1000", "i2": str(number), "i3": "c"}} | more  # fmt: skip


def paged(results: list[dict], count: int | None = None):
    """A route that sends results a page at a time and counts them."""

    def route(asked) -> Reply:
        page, size = int(asked.first("page")), int(asked.first("pageSize"))
        pages = -(-len(results) // size)
        paging = {"page": page, "pageSize": size, "totalPages": pages,
                  "totalResults": len(results) if count is None else count}  # fmt: skip
        return as_json({"paging": paging, "results": results[(page - 1) * size : page * size]})

    return route


QUERY = '{"criteria": {"geographicLevels": {"eq": "LA"}}, "indicators": ["i1", "i2", "i3"]}'


def query(server, known, tmp_path, route, **more):
    server.at(f"/v1/data-sets/{GUID}/meta", as_json(META))
    server.at(f"/v1/data-sets/{GUID}/query", route)
    section = api_section(server, query=QUERY, page_size=2) | more
    return one(asking(known, section), tmp_path)


def test_a_query_becomes_a_file_like_the_publishers_own(server, known, tmp_path):
    local = result(2, "LA", locations={"NAT": "n", "REG": "r", "LA": "a"})
    academic = result(3, timePeriod={"code": "AY", "period": "2022/2023"})
    outcome = query(server, known, tmp_path, paged([result(1), local, academic]))
    assert outcome.outcome == "fetched", outcome.error
    path = tmp_path / "dfe_children_looked_after/2026-04-01/dfe_children_looked_after.csv"
    assert path.read_text().splitlines() == [
        "time_period,time_identifier,geographic_level,country_code,country_name,region_code,"
        "region_name,old_la_code,new_la_code,la_name,population_type,population_estimate,"
        "children_count,rate_per_10000",
        f"2001,Reporting year,National,E92000001,England,,,,,,{POPULATION},1000,1,c",
        "2002,Reporting year,Local authority,E92000001,England,E12000099,Inland,999,E10999999,"
        f"Exampleshire,{POPULATION},1000,2,c",
        f"202223,Academic year,National,E92000001,England,,,,,,{POPULATION},1000,3,c",
    ]
    asked = [request for request in server.asked if request.path.endswith("/query")]
    assert [request.method for request in asked] == ["POST", "POST"]
    assert json.loads(asked[0].body) == json.loads(QUERY)


@pytest.mark.parametrize(
    ("route", "told"),
    [
        (paged([result(1)], count=2), "must send 2 results, as it counts; got: 1"),
        (paged([]), "must have results"),
        (as_json({"errors": "no"}), "must answer with `paging` and `results`"),
        (as_json([]), "must answer with `paging` and `results`"),
        (Reply(b'{"title": "Invalid query", "status": 400}', 400), "Invalid query"),
    ],
)
def test_queries_that_fail(route, told, server, known, tmp_path):
    outcome = query(server, known, tmp_path, route)
    assert told in str(outcome.error) and files_in(tmp_path) == []


@pytest.mark.parametrize("meta", [{}, [], {"geographicLevels": [{}]}])
def test_metadata_of_another_layout(meta, server, known, tmp_path):
    server.at(f"/v1/data-sets/{GUID}/meta", as_json(meta))
    outcome = one(asking(known, api_section(server, query=QUERY)), tmp_path)
    assert "must name levels, locations, filters and indicators" in str(outcome.error)


@pytest.mark.parametrize(
    ("text", "day"),
    [("2025-11-20T09:30:00Z", date(2025, 11, 20)), (None, None), ("soon", None), (5, None)],
)
def test_days_of_publication(text, day):
    assert day_of(text) == day


# The command


def environment(home: Path) -> dict[str, str]:
    plain = {k: v for k, v in os.environ.items() if "proxy" not in k.lower()}
    return plain | {"CYP_HOME": str(home), "NO_PROXY": "127.0.0.1"}


def command(home: Path, *arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "cyp_analysis", "fetch", *arguments],
        capture_output=True, text=True, env=environment(home), timeout=120, check=False,
    )  # fmt: skip


@pytest.fixture
def home(tmp_path) -> Path:
    """The project's catalogue without its `fetch` sections."""
    copy = tmp_path / "home"
    shutil.copytree(ROOT / "data" / "catalogue", copy / "data" / "catalogue")
    shutil.copytree(ROOT / "data" / "reference", copy / "data" / "reference")
    for path in (copy / "data/catalogue/sources").glob("*.yml"):
        path.write_text(re.sub(r"(?m)^fetch:.*\n(?:[ \t].*\n?)*", "", path.read_text()))
    return copy


def with_fetch(home: Path, name: str, section: dict) -> None:
    path = home / "data/catalogue/sources" / f"{name}.yml"
    path.write_text(path.read_text() + yaml.safe_dump({"fetch": section}))


def test_the_command_fetches_tells_and_ends_well(server, home):
    url = server.at("/cla.csv", Reply(looked_after()))
    with_fetch(home, "dfe_children_looked_after", {"kind": "file", "url": url})
    listed = command(home, "--list")
    assert listed.returncode == 0 and url in listed.stdout and not server.asked
    done = command(home)
    assert done.returncode == 0, done.stderr
    assert "dfe_children_looked_after  fetched" in done.stdout
    assert f"1 of 1 in order; `cyp build --data {home / 'data' / 'fetched'}`" in done.stdout
    assert done.stderr == ""
    assert "kept copy" in command(home, "--offline").stdout


def test_the_command_tells_a_failure_in_one_message(server, home, tmp_path):
    url = f"{server.base}/gone.csv"
    with_fetch(home, "dfe_children_looked_after", {"kind": "file", "url": url})
    done = command(home, "dfe_children_looked_after", "--to", str(tmp_path / "to"))
    assert done.returncode == 1
    assert f"Error: {url}: must answer with the file; got: 404 Not Found" in done.stderr
    assert "0 of 1 in order" in done.stdout and "Traceback" not in done.stderr


def test_the_command_asks_a_mirror(server, home):
    server.at("/api/all_data/csv/by_indicator_id", fingertips_route)
    section = {k: v for k, v in fingertips_section(server).items() if k != "base"}
    with_fetch(home, "ohid_fingertips", section)
    done = command(home, "--base", f"fingertips={server.base}")
    assert done.returncode == 0, done.stdout + done.stderr


def test_stopping_the_command_leaves_what_was_kept(server, home):
    url = server.at("/cla.csv", Reply(looked_after()), Reply(looked_after(41), drip=0.3))
    with_fetch(home, "dfe_children_looked_after", {"kind": "file", "url": url})
    assert command(home).returncode == 0
    before = files_in(home / "data" / "fetched")
    with subprocess.Popen(
        [sys.executable, "-m", "cyp_analysis", "fetch"], env=environment(home), text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as running:  # fmt: skip
        until = time.monotonic() + 60
        while len(server.asked) < 2 and time.monotonic() < until:
            time.sleep(0.05)
        time.sleep(0.5)
        running.send_signal(signal.SIGINT)
        told = running.communicate(timeout=60)[1]
    assert running.returncode == 1 and "Stopped." in told and "Traceback" not in told
    assert files_in(home / "data" / "fetched") == before


@pytest.mark.parametrize("name", ["cla_number_and_rate_per_10k_children.csv",
                                  "la_hospital_admissions_2324.csv"])  # fmt: skip
def test_a_publishers_own_file_comes_byte_for_byte(name, server, known, real_data, tmp_path):
    body = next(real_data.rglob(name)).read_bytes()
    url = server.at(f"/{name}", zipped(body, chunks=9973))
    outcome = one(asking(known, {"kind": "file", "url": url}), tmp_path)
    assert outcome.error is None
    path = tmp_path / "dfe_children_looked_after" / outcome.record.folder / name
    assert path.read_bytes() == body and outcome.record.rows == body.count(b"\n") - 1
    known_as = "ohid_fingertips" if "hospital" in name else "dfe_children_looked_after"
    assert outcome.record.recognised_as == known_as


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("no_such_source",), "must be a source with a passport"),
        (("ohid_fingertips",), "must have a `fetch` section"),
        (("--base", "x"), "must be KIND=URL"),
        (("--frobnicate",), "No such option"),
    ],
)
def test_wrong_use_of_the_command(arguments, told, home):
    done = command(home, *arguments)
    assert done.returncode == 2 and told in done.stderr and "Traceback" not in done.stderr


def test_a_passport_that_asks_wrongly(home):
    with_fetch(home, "ohid_fingertips", {"kind": "fingertip"})
    done = command(home)
    assert done.returncode == 1
    assert "sources/ohid_fingertips.yml, fetch: `kind` must be one of" in done.stderr


def test_nothing_to_list_without_sections(home):
    assert planned(plans((), {}), home).empty
    assert command(home, "--list").stdout.startswith("source_id")
