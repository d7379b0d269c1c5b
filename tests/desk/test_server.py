"""The desk answers those who know the token, from this machine, for what it knows; all else not."""

from __future__ import annotations

import http.client
import json
from contextlib import closing
from urllib.parse import quote, urlsplit

import pytest

from assessment.loopback import HOST
from tests.desk.conftest import PACK, YEAR, Desk

CHOICE = f"?pack={quote(PACK)}&params=params&year={YEAR}"


def ask(
    desk: Desk, path: str, method: str = "GET", body: bytes = b"", **headers: str
) -> http.client.HTTPResponse:
    """Ask for a path exactly as it is written; TOKEN and READING stand for the tokens."""
    address = urlsplit(desk.address)
    reading = desk.ask("look/start")[1]["reading"] if "READING" in path else ""
    path = path.replace("TOKEN", address.path.strip("/")).replace("READING", reading)
    with closing(http.client.HTTPConnection(HOST, address.port or 0, timeout=30)) as connection:
        connection.putrequest(method, path, skip_host=True)
        connection.putheader("Host", headers.pop("Host", address.netloc))
        connection.putheader("Content-Length", str(len(body)))
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.endheaders(body)
        answer = connection.getresponse()
        answer.read()
        return answer


@pytest.mark.parametrize(
    "path",
    [
        "/", "/favicon.ico", "/TOKEN", "/TOKENx/", "/x/TOKEN/", "/desk.js", "/look/start",
        "/TOKEN/index.html", "/TOKEN/server.py", "/TOKEN/../desk.js", "/TOKEN/look/tokens",
        "/TOKEN/look/__init__", "/READING/", "/READING/look/start", "/READING/do/stop",
        f"/TOKEN/{quote(PACK)}/params/{YEAR}/index.html", "/TOKEN/help/../../README",
        f"/READING/{quote(PACK)}/params/{YEAR}/.build/lock",
        f"/READING/{quote(PACK)}/params/{YEAR}/../params/run.yml",
        f"/READING/{quote(PACK)}/params/{YEAR}/..%2fparams%2frun.yml",
        f"/READING/{quote(PACK)}/params/{YEAR}/{YEAR}/east/../../../params/run.yml",
        f"/READING/{quote('/etc', '')}/params/{YEAR}/passwd",
        f"/READING/..%2f..%2fetc/params/{YEAR}/passwd",
        f"/TOKEN/fetch/returned/..%2f..%2fchoice.json{CHOICE}",
        f"/TOKEN/fetch/form/..%2fhanded.json{CHOICE}",
    ],
)  # fmt: skip
def test_nothing_else_exists(desk: Desk, path: str) -> None:
    assert ask(desk, path).status == 404


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost:1", 200), ("127.0.0.1:1", 200), ("[::1]:1", 200), ("evil.example:80", 421),
        ("localhost.evil.example", 421), ("", 421),
    ],
)  # fmt: skip
def test_other_names_of_this_machine_are_refused(desk: Desk, host: str, status: int) -> None:
    assert ask(desk, "/TOKEN/", Host=host).status == status


def test_another_page_can_do_nothing(desk: Desk) -> None:
    address = urlsplit(desk.address).netloc
    for origin, status in (
        ("https://evil.example", 403),
        ("null", 403),
        (f"http://{address}", 200),
    ):
        answer = ask(desk, f"/TOKEN/do/choose{CHOICE}", "POST", b"{}", Origin=origin)
        assert answer.status == status, origin


def test_the_page_may_load_nothing_from_elsewhere(desk: Desk) -> None:
    for path in ("/TOKEN/", "/TOKEN/desk.js", "/TOKEN/desk.css", "/TOKEN/help/evaluators"):
        answer = ask(desk, path)
        assert answer.status == 200
        assert answer.getheader("Cache-Control") == "no-store"
        assert "default-src 'none'" in (answer.getheader("Content-Security-Policy") or "")


def test_what_a_report_may_do(desk: Desk) -> None:
    answer = ask(desk, f"/READING/{quote(PACK)}/params/{YEAR}/data_report.html")
    assert answer.status == 200
    policy = answer.getheader("Content-Security-Policy") or ""
    assert "sandbox" in policy
    for word in ("allow-scripts", "allow-same-origin", "script-src"):
        assert word not in policy


@pytest.mark.parametrize("body", [b"[]", b"{", b"\xff", b"1"])
def test_a_request_that_is_none(desk: Desk, body: bytes) -> None:
    assert ask(desk, f"/TOKEN/do/handed{CHOICE}", "POST", body).status == 400


def test_what_is_not_known_is_told(desk: Desk) -> None:
    status, said = desk.ask("look/about", pack="/etc", params="../params", year="今年")
    assert status == 422
    assert [fault["where"].split()[0] for fault in said["faults"]] == ["数据包", "方案", "年度"]
    assert all(fault["remedy"] for fault in said["faults"])


@pytest.mark.parametrize(
    ("name", "kept"),
    [("../../x.xlsx", ".._.._x.xlsx"), ("a/b\\c.xlsx", "a_b_c.xlsx"), ("表.XLSX", "表.xlsx")],
)
def test_a_dropped_file_stays_in_its_folder(desk: Desk, name: str, kept: str) -> None:
    status, said = desk.ask("drop", "PUT", b"no workbook", name=name)
    if kept.startswith("."):
        assert status == 422
    else:
        assert (status, said) == (200, {"file": kept})
        assert (desk.papers / "收到的表" / kept).read_bytes() == b"no workbook"
        assert desk.do("aside", file=kept)[0] == 200


@pytest.mark.parametrize("name", ["佐证.docx", "~$表.xlsx", ".xlsx", "", "表"])
def test_what_is_no_form_is_refused(desk: Desk, name: str) -> None:
    status, said = desk.ask("drop", "PUT", b"x", name=name)
    assert status in (400, 422)
    if status == 422:
        assert "没有收" in json.dumps(said, ensure_ascii=False)
