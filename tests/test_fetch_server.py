"""One file from a real server on this machine, which behaves as badly as publishers' do."""

import gzip
import io
import random
import socket
import time
import zipfile

import pytest
from replay import Reply, conditional, looked_after, ranged, serving, zipped

from cyp_analysis.fetch import FetchError, Limits, Transport
from cyp_analysis.fetch.partial import Wanted, download, safe_name
from cyp_analysis.fetch.replies import redirected, retry_after
from cyp_analysis.fetch.transport import USER_AGENT, Request

QUICK = Limits(connect=2, read=1, whole=20, tries=4, backoff=0.001, longest_wait=5, pause=0)
BODY = looked_after()


@pytest.fixture
def server():
    with serving() as replay:
        yield replay


class Asking(Transport):
    """A transport that notes its waits instead of waiting."""

    def __init__(self, limits: Limits = QUICK, **options):
        self.waits = []
        super().__init__(limits, sleep=self.waits.append, trust_env=False, **options)


@pytest.fixture
def transport():
    with Asking() as asking:
        yield asking


def got(transport, url, folder, **wanted):
    wanted = {"name": "data.csv"} | wanted
    return download(transport, Wanted(Request(url), **wanted), folder)


def refused(transport, url, folder, **wanted) -> str:
    with pytest.raises(FetchError) as caught:
        got(transport, url, folder, **wanted)
    assert caught.value.got and caught.value.action and caught.value.exit_code == 1
    return str(caught.value)


def test_a_file_comes_as_it_is_and_says_who_asks(server, transport, tmp_path):
    url = server.at("/f.csv", Reply(BODY, headers={"ETag": '"a"'}))
    answer = got(transport, url, tmp_path)
    assert answer.path.read_bytes() == BODY
    assert (answer.url, answer.etag, answer.notes) == (url, '"a"', ())
    assert server.asked[0].headers["User-Agent"] == USER_AGENT
    assert "Authorization" not in server.asked[0].headers
    assert transport.waits == []


@pytest.mark.parametrize("chunks", [1, 7, 4096])
def test_a_chunked_file_is_whole(chunks, server, transport, tmp_path):
    url = server.at("/f.csv", Reply(BODY, chunks=chunks))
    assert got(transport, url, tmp_path).path.read_bytes() == BODY


@pytest.mark.parametrize("chunks", [0, 100])
def test_a_compressed_answer_is_unpacked(chunks, server, transport, tmp_path):
    url = server.at("/f.csv", zipped(BODY, chunks=chunks))
    assert got(transport, url, tmp_path).path.read_bytes() == BODY


def test_two_gzip_streams_in_a_row_are_one_file(server, transport, tmp_path):
    both = gzip.compress(BODY[:500]) + gzip.compress(BODY[500:])
    url = server.at("/f.csv", Reply(both, headers={"Content-Encoding": "gzip"}))
    assert got(transport, url, tmp_path).path.read_bytes() == BODY


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504, 408])
def test_a_passing_failure_is_asked_again(status, server, transport, tmp_path):
    url = server.at("/f.csv", Reply(b"busy", status), Reply(BODY))
    assert got(transport, url, tmp_path).path.read_bytes() == BODY
    assert len(server.asked) == 2 and len(transport.waits) == 1


def test_waits_double_with_a_little_chance_in_them(server, tmp_path):
    url = server.at("/f.csv", Reply(b"busy", 503))
    with Asking(Limits(tries=5, backoff=1, pause=0)) as transport:
        told = refused(transport, url, tmp_path)
    assert "503 Service Unavailable, after 5 tries in" in told
    assert len(server.asked) == 5
    for wait, least in zip(transport.waits, (1, 2, 4, 8), strict=True):
        assert least <= wait <= 1.5 * least


def test_the_wait_that_a_server_asks_for_is_kept(server, transport, tmp_path):
    busy = Reply(b"", 429, {"Retry-After": "3"})
    url = server.at("/f.csv", busy, Reply(BODY))
    got(transport, url, tmp_path)
    assert transport.waits == [3]


def test_a_wait_that_is_too_long_is_told_not_kept(server, transport, tmp_path):
    url = server.at("/f.csv", Reply(b"", 503, {"Retry-After": "7200"}))
    told = refused(transport, url, tmp_path)
    assert "it asks to wait 7200 seconds" in told and "after 1 try" in told
    assert transport.waits == []


@pytest.mark.parametrize(("header", "seconds"), [("12", 12), (None, -1), ("soon", -1), ("", -1)])
def test_retry_after(header, seconds):
    assert retry_after(header) == seconds


def test_retry_after_as_a_date_that_has_passed_is_no_wait():
    assert retry_after("Wed, 21 Oct 2015 07:28:00 GMT") == 0


def test_a_missing_file_is_not_asked_for_again(server, transport, tmp_path):
    told = refused(transport, f"{server.base}/gone.csv", tmp_path)
    assert "404 Not Found (Page not found)" in told
    assert "moved or withdrawn" in told
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("status", "action"),
    [(403, "by hand"), (401, "by hand"), (400, "Correct the identifiers"), (410, "withdrawn")],
)
def test_other_refusals_say_what_to_do(status, action, server, transport, tmp_path):
    body = b'{"title": "One or more validation errors occurred.", "status": 400}'
    url = server.at("/f.csv", Reply(body, status))
    told = refused(transport, url, tmp_path)
    assert action in told and "One or more validation errors occurred." in told


def test_an_answer_that_breaks_off_goes_on_where_it_stopped(server, transport, tmp_path):
    url = server.at("/f.csv", ranged(BODY, cut=700))
    assert got(transport, url, tmp_path).path.read_bytes() == BODY
    assert server.asked[1].headers["Range"] == "bytes=700-"
    assert server.asked[1].headers["If-Range"] == '"one"'


def test_a_compressed_answer_goes_on_too(server, transport, tmp_path):
    packed = gzip.compress(BODY)
    first = Reply(packed, headers={"ETag": '"z"', "Content-Encoding": "gzip"}, cut=60)

    def rest(asked):
        start = int(asked.headers["Range"].removeprefix("bytes=").rstrip("-"))
        place = f"bytes {start}-{len(packed) - 1}/{len(packed)}"
        return Reply(packed[start:], 206, {"ETag": '"z"', "Content-Range": place})

    url = server.at("/f.csv", first, rest)
    assert got(transport, url, tmp_path).path.read_bytes() == BODY
    assert len(server.asked) == 2


def test_a_later_run_goes_on_where_an_earlier_one_stopped(server, tmp_path):
    url = server.at("/f.csv", Reply(BODY, headers={"ETag": '"one"'}, cut=700))
    with Asking(Limits(tries=1, pause=0)) as transport:
        assert "broke off" in refused(transport, url, tmp_path)
    server.at("/f.csv", ranged(BODY))
    with Asking() as transport:
        assert got(transport, url, tmp_path).path.read_bytes() == BODY
    assert server.asked[-1].headers["Range"] == "bytes=700-"


def test_a_server_that_ignores_ranges_sends_the_whole_again(server, transport, tmp_path):
    headers = {"ETag": '"one"'}
    whole = Reply(BODY, headers=headers)
    url = server.at("/f.csv", Reply(BODY, headers=headers, cut=300), whole)
    assert got(transport, url, tmp_path).path.read_bytes() == BODY
    assert "Range" in server.asked[1].headers


def test_without_a_version_nothing_is_resumed(server, transport, tmp_path):
    url = server.at("/f.csv", Reply(BODY, cut=300), Reply(BODY))
    assert got(transport, url, tmp_path).path.read_bytes() == BODY
    assert "Range" not in server.asked[1].headers


def test_a_weak_entity_tag_is_no_version(server, transport, tmp_path):
    weak = {"ETag": 'W/"one"'}
    url = server.at("/f.csv", Reply(BODY, headers=weak, cut=300), Reply(BODY, headers=weak))
    got(transport, url, tmp_path)
    assert "Range" not in server.asked[1].headers


def test_the_date_of_a_version_will_do(server, transport, tmp_path):
    dated = {"Last-Modified": "Thu, 26 Mar 2026 09:30:00 GMT"}
    url = server.at("/f.csv", Reply(BODY, headers=dated, cut=300), Reply(BODY, headers=dated))
    got(transport, url, tmp_path)
    assert server.asked[1].headers["If-Range"] == dated["Last-Modified"]


WRONG_PARTS = {
    "another entity tag": {"ETag": '"two"', "Content-Range": "bytes 300-{last}/{size}"},
    "another place": {"ETag": '"one"', "Content-Range": "bytes 0-{last}/{size}"},
    "another size": {"ETag": '"one"', "Content-Range": "bytes 300-{last}/99999"},
    "another day": {"Last-Modified": "Fri, 27 Mar 2026 09:30:00 GMT",
                    "Content-Range": "bytes 300-{last}/{size}"},
    "another coding": {"Content-Encoding": "gzip", "Content-Range": "bytes 300-{last}/{size}"},
    "no place": {"ETag": '"one"'},
}  # fmt: skip


@pytest.mark.parametrize("kind", WRONG_PARTS)
def test_parts_of_two_versions_are_never_joined(kind, server, transport, tmp_path):
    size = {"last": len(BODY) - 1, "size": len(BODY)}
    headers = {k: v.format(**size) for k, v in WRONG_PARTS[kind].items()}
    first = Reply(BODY, headers={"ETag": '"one"'}, cut=300)
    newer = BODY.replace(b"2001,", b"2101,")
    url = server.at("/f.csv", first, Reply(newer[300:], 206, headers), Reply(newer))
    assert got(transport, url, tmp_path).path.read_bytes() == newer
    assert len(server.asked) == 3


def test_a_range_beyond_the_end_starts_again(server, transport, tmp_path):
    first = Reply(BODY, headers={"ETag": '"one"'}, cut=300)
    url = server.at("/f.csv", first, Reply(b"", 416), Reply(BODY))
    assert got(transport, url, tmp_path).path.read_bytes() == BODY


def test_a_damaged_note_of_a_part_starts_again(server, tmp_path):
    url = server.at("/f.csv", ranged(BODY, cut=700))
    with Asking(Limits(tries=1, pause=0)) as transport:
        refused(transport, url, tmp_path)
    next(tmp_path.glob("*.json")).write_text('{"url": "')
    with Asking() as transport:
        assert got(transport, url, tmp_path).path.read_bytes() == BODY
    assert "Range" not in server.asked[-1].headers


def test_fewer_bytes_than_announced(server, transport, tmp_path):
    url = server.at("/f.csv", Reply(BODY, length=len(BODY) + 10))
    told = refused(transport, url, tmp_path)
    assert "broke off" in told and "4 tries" in told
    assert not list(tmp_path.glob("*.whole"))


def test_more_bytes_than_announced_leave_a_cut_line(server, transport, tmp_path):
    url = server.at("/f.csv", Reply(BODY, length=len(BODY) - 30))
    told = refused(transport, url, tmp_path)
    assert (
        "must send the whole of data.csv" in told and "cells where the line before has 14" in told
    )


def test_a_chunked_answer_without_its_last_chunk(server, transport, tmp_path):
    url = server.at("/f.csv", Reply(BODY, chunks=50, no_end=True))
    assert "broke off" in refused(transport, url, tmp_path)


def test_no_length_and_whole_lines_is_kept_with_a_remark(server, transport, tmp_path):
    url = server.at("/f.csv", Reply(BODY, plain=True))
    answer = got(transport, url, tmp_path)
    assert answer.path.read_bytes() == BODY
    assert answer.notes == ("the server did not say how long the file is",)


@pytest.mark.parametrize("cut", [-1, -3, -40])
def test_no_length_and_a_cut_line_is_asked_for_again(cut, server, transport, tmp_path):
    url = server.at("/f.csv", Reply(BODY[:cut], plain=True), Reply(BODY, plain=True))
    assert got(transport, url, tmp_path).path.read_bytes() == BODY
    assert len(server.asked) == 2


@pytest.mark.parametrize("strict", [True, False])
def test_a_file_that_always_lacks_its_last_line_end_is_the_publishers(strict, server, tmp_path):
    body = BODY.rstrip(b"\n")
    url = server.at("/f.csv", Reply(body, plain=True))
    with Asking() as transport:
        answer = got(transport, url, tmp_path, strict=strict)
    assert answer.path.read_bytes() == body
    assert "a last line without a line end" in answer.notes
    assert len(server.asked) == 2


def test_quotes_left_open_at_the_end(server, transport, tmp_path):
    url = server.at("/f.csv", Reply(BODY + b'2024,"Reporting', plain=True))
    assert "ends inside quotes" in refused(transport, url, tmp_path)


def test_gzip_that_ends_early(server, transport, tmp_path):
    packed = gzip.compress(BODY)
    url = server.at("/f.csv", Reply(packed[:-6], headers={"Content-Encoding": "gzip"}))
    assert "compressed file that ends early" in refused(transport, url, tmp_path)


def test_gzip_with_a_wrong_checksum(server, transport, tmp_path):
    packed = bytearray(gzip.compress(BODY))
    packed[-8] ^= 0xFF
    url = server.at("/f.csv", Reply(bytes(packed), headers={"Content-Encoding": "gzip"}))
    assert "incorrect data check" in refused(transport, url, tmp_path)


def test_plain_text_said_to_be_gzip(server, transport, tmp_path):
    url = server.at("/f.csv", Reply(BODY, headers={"Content-Encoding": "gzip"}))
    assert "must send a sound gzip stream" in refused(transport, url, tmp_path)


def test_a_coding_that_was_not_asked_for(server, transport, tmp_path):
    url = server.at("/f.csv", Reply(BODY, headers={"Content-Encoding": "br"}))
    assert "must send the file plain or as gzip" in refused(transport, url, tmp_path)
    assert len(server.asked) == 1


def test_the_ceiling_holds_for_what_comes(server, tmp_path):
    url = server.at("/f.csv", Reply(BODY, chunks=100))
    with Asking(Limits(pause=0, max_bytes=1000)) as transport:
        assert "must send 1,000 bytes at most" in refused(transport, url, tmp_path)
    assert len(server.asked) == 1


def test_the_ceiling_holds_for_what_is_announced(server, tmp_path):
    url = server.at("/f.csv", Reply(BODY, length=10**13))
    with Asking() as transport:
        assert "more (10,000,000,000,000 so far)" in refused(transport, url, tmp_path)


def test_the_ceiling_holds_for_what_is_unpacked(server, tmp_path):
    url = server.at("/f.csv", zipped(bytes(50_000_000)))
    with Asking(Limits(pause=0, max_bytes=1_000_000)) as transport:
        start = time.monotonic()
        assert "must send 1,000,000 bytes at most" in refused(transport, url, tmp_path)
        assert time.monotonic() - start < 5
    assert sum(path.stat().st_size for path in tmp_path.rglob("*")) < 2_000_000


NOT_THE_FILE = {
    "empty": (b"", "an empty answer"),
    "blank": (b" \r\n\n", "an empty answer"),
    "web page": (b"<!DOCTYPE html><html><head><title>Down for\n maintenance</title>",
                 "a web page (Down for maintenance)"),  # fmt: skip
    "web page with a mark": (b"\xef\xbb\xbf\n<html><h1>Sorry &amp; hello</h1>", "Sorry & hello"),
    "xml": (b"<?xml version='1.0'?><Error><Message>BlobNotFound</Message></Error>", "BlobNotFound"),
    "json": (b'{"message": "indicator unknown"}', "a JSON answer (indicator unknown)"),
    "zip": (b"PK\x03\x04rest", "a workbook or zip file"),
    "pdf": (b"%PDF-1.7", "a PDF document"),
}  # fmt: skip


@pytest.mark.parametrize("kind", NOT_THE_FILE)
def test_an_answer_that_is_not_the_file(kind, server, transport, tmp_path):
    body, told = NOT_THE_FILE[kind]
    url = server.at("/f.csv", Reply(body))
    assert told in refused(transport, url, tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_page_of_maintenance_may_pass(server, transport, tmp_path):
    url = server.at("/f.csv", Reply(b"<html><title>Back soon</title>"), Reply(BODY))
    assert got(transport, url, tmp_path).path.read_bytes() == BODY


def workbook() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>" * 50)
    return file.getvalue()


@pytest.mark.parametrize("suffix", [".xlsx", ".ods", ".zip"])
def test_a_workbook_without_its_end(suffix, server, transport, tmp_path):
    url = server.at("/w", Reply(workbook()[:-30]), Reply(workbook()))
    assert got(transport, url, tmp_path, name=f"w{suffix}").path.read_bytes() == workbook()
    url = server.at("/text", Reply(BODY))
    assert "something else (time_period" in refused(transport, url, tmp_path, name=f"w{suffix}")


@pytest.mark.parametrize(
    ("name", "body", "told"),
    [
        ("a.json", b'{"type": "FeatureCollection", "features": [', "JSON without its end"),
        ("a.geojson", b'{"a": 1', "JSON without its end"),
        ("a.parquet", b"PAR1 and no more", "a parquet file without its end"),
    ],
)
def test_other_formats_without_their_end(name, body, told, server, transport, tmp_path):
    url = server.at("/f", Reply(body))
    assert told in refused(transport, url, tmp_path, name=name)


def test_a_slow_drip_ends_at_the_time_limit(server, tmp_path):
    url = server.at("/f.csv", Reply(BODY, drip=0.02))
    limits = Limits(read=1, whole=0.4, tries=3, pause=0)
    start = time.monotonic()
    with Asking(limits) as transport:
        assert "must send the file within 0.4 seconds" in refused(transport, url, tmp_path)
    assert time.monotonic() - start < 3


def test_silence_ends_at_the_read_limit(server, tmp_path):
    url = server.at("/f.csv", Reply(BODY, drip=3))
    with Asking(Limits(read=0.2, tries=2, pause=0, backoff=0)) as transport:
        start = time.monotonic()
        assert "timed out" in refused(transport, url, tmp_path).lower()
        assert time.monotonic() - start < 3


def test_nobody_there(transport, tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/f.csv"
        told = refused(transport, url, tmp_path)
    assert "127.0.0.1: must be reachable" in told and "after 4 tries" in told
    assert "Connection refused" in told and "--offline" in told and "0x" not in told


def test_an_outage_is_told_soon_and_its_end_is_noticed(server, tmp_path):
    away = server.at("/away.csv", Reply(b"", 503))
    here = server.at("/here.csv", Reply(b"", 503), Reply(BODY))
    with Asking(Limits(pause=0, tries=5)) as transport:
        assert "after 5 tries" in refused(transport, away, tmp_path)
        assert "after 2 tries" in refused(transport, away, tmp_path)
        got(transport, here, tmp_path)
        assert "after 5 tries" in refused(transport, away, tmp_path)


def test_no_connection_is_tried_a_few_times_only(tmp_path):
    with socket.socket() as taken, Asking(Limits(pause=0, tries=20)) as transport:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/f.csv"
        assert "after 4 tries" in refused(transport, url, tmp_path)
        assert "after 2 tries" in refused(transport, url, tmp_path)


def test_a_redirect_to_another_path_and_host_is_followed(server, transport, tmp_path):
    server.at("/real.csv", Reply(BODY))
    other = server.base.replace("127.0.0.1", "localhost")
    url = server.at("/old", Reply(b"", 301, {"Location": "/next"}))
    server.at("/next", Reply(b"", 308, {"Location": f"{other}/real.csv"}))
    assert got(transport, url, tmp_path).path.read_bytes() == BODY
    assert server.paths() == ["/old", "/next", "/real.csv"]


def test_a_loop_of_redirects_ends(server, transport, tmp_path):
    url = server.at("/loop", Reply(b"", 302, {"Location": "/loop"}))
    assert "must redirect 10 times at most" in refused(transport, url, tmp_path)
    assert len(server.asked) == 10


@pytest.mark.parametrize(
    "place", ["file:///etc/passwd", "ftp://host/f.csv", "http://a:b@host/", "//[::1"]
)
def test_a_redirect_off_the_web_is_refused(place, server, transport, tmp_path):
    url = server.at("/f", Reply(b"", 302, {"Location": place}))
    assert "must redirect to an http or https address" in refused(transport, url, tmp_path)


def test_a_redirect_from_https_to_http_is_refused():
    with pytest.raises(FetchError, match="must not redirect from https to http"):
        redirected("https://example.org/a", "http://example.org/b")
    assert redirected("http://example.org/a", "https://other.org/b") == "https://other.org/b"


def any_trouble(chance: random.Random) -> Reply:
    """One way of going wrong on the way, with or without a version that can be resumed."""
    headers = {"ETag": '"one"'} if chance.random() < 0.5 else {}
    packed = chance.random() < 0.4
    body = gzip.compress(BODY) if packed else BODY
    headers |= {"Content-Encoding": "gzip"} if packed else {}
    place = chance.randrange(1, len(body))
    beyond = {"Content-Range": f"bytes {place}-{len(body) - 1}/{len(body)}"}
    flipped = body[:place] + bytes([body[place] ^ 0x55]) + body[place + 1 :]
    how = chance.choice(["cut", "length", "chunks", "status", "flip", "html", "empty", "range"])
    return {
        "cut": Reply(body, headers=headers, cut=place),
        "length": Reply(body, headers=headers, length=len(body) + place),
        "chunks": Reply(body[:place], headers=headers, chunks=97, no_end=True),
        "status": Reply(b"", chance.choice([429, 500, 503]), {"Retry-After": "0"}),
        "flip": Reply(flipped if packed else b"", headers=headers),
        "html": Reply(b"<html><title>Sorry</title></html>"),
        "empty": Reply(b"", plain=True),
        "range": Reply(body[place:], 206, headers | beyond),
    }[how]


@pytest.mark.parametrize("seed", range(60))
def test_whatever_goes_wrong_the_bytes_are_right_or_refused(seed, server, tmp_path):
    chance = random.Random(seed)
    last = chance.choice([ranged(BODY), Reply(BODY), zipped(BODY), any_trouble(chance)])
    url = server.at("/f.csv", *[any_trouble(chance) for _ in range(chance.randrange(4))], last)
    with Asking(Limits(tries=6, read=1, pause=0, backoff=0)) as transport:
        try:
            came = got(transport, url, tmp_path).path.read_bytes()
        except FetchError:
            return
    assert came == BODY


def test_an_unchanged_file_is_not_sent_again(server, transport, tmp_path):
    url = server.at("/f.csv", conditional(BODY))
    assert got(transport, url, tmp_path, known={"If-None-Match": '"one"'}).path is None
    assert got(transport, url, tmp_path, known={"If-None-Match": '"old"'}).path is not None


def test_the_networks_proxy_is_asked(server, tmp_path, monkeypatch):
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("http_proxy", server.base)
    server.at("/f.csv", Reply(BODY))
    with Transport(QUICK) as transport:
        assert got(transport, "http://publisher.invalid/f.csv", tmp_path).path.read_bytes() == BODY
    assert server.asked[0].headers["Host"] == "publisher.invalid"


def test_passwords_kept_on_the_machine_are_never_sent(server, tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login someone password secret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    url = server.at("/f.csv", Reply(BODY))
    with Transport(QUICK) as transport:
        got(transport, url, tmp_path / "to")
    assert "Authorization" not in server.asked[0].headers


def test_requests_to_one_host_are_apart(server, tmp_path):
    url = server.at("/f.csv", Reply(BODY))
    with Asking(Limits(pause=0.5), clock=lambda: 100.0) as transport:
        got(transport, url, tmp_path)
        got(transport, url, tmp_path)
    assert transport.waits == [0.5]


@pytest.mark.parametrize(
    ("header", "path", "name"),
    [
        ('attachment; filename="b1 children.csv"', "/x", "b1 children.csv"),
        ("attachment; filename*=UTF-8''caf%C3%A9.csv", "/x", "café.csv"),
        ('attachment; filename="../../etc/passwd"', "/x", "passwd.csv"),
        ("", "/tables/mye23.csv", "mye23.csv"),
        ("", "/data-set/1/csv", "csv.csv"),
    ],
)
def test_names_of_files(header, path, name, server, transport, tmp_path):
    headers = {"Content-Type": "text/csv; charset=utf-8"}
    headers |= {"Content-Disposition": header} if header else {}
    url = server.at(path, Reply(BODY, headers=headers))
    assert got(transport, url, tmp_path, name="").name == name


@pytest.mark.parametrize(
    ("text", "name"),
    [("", "data"), ("..", "data"), (".hidden", "hidden"), ("a\\b.csv", "b.csv"),
     ("a:b?.csv", "a_b_.csv"), ("x" * 300 + ".csv", "x" * 120 + ".csv"), ("\x00.csv", "_.csv")],
)  # fmt: skip
def test_safe_names(text, name):
    assert safe_name(text, "") == name
