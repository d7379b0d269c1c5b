"""The server gives three things to browsers of this machine that know the token, and no file."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from assessment.loopback import HOST
from assessment.preview.board import Board
from assessment.preview.server import Server


@pytest.fixture
def board() -> Board:
    board = Board("二、某章")
    board.tell("fresh", page="<p>好</p>", note="用时 1 秒")
    return board


@pytest.fixture
def server(board: Board) -> Iterator[Server]:
    with Server(board) as server:
        yield server


def get(
    server: Server, path: str, method: str = "GET", host: str | None = None
) -> http.client.HTTPResponse:
    """Ask for a path exactly as it is written; ``TOKEN`` stands for the token."""
    address = urlsplit(server.address)
    token = address.path.strip("/")
    connection = http.client.HTTPConnection(HOST, address.port or 0, timeout=10)
    connection.putrequest(method, path.replace("TOKEN", token), skip_host=True)
    connection.putheader("Host", host or address.netloc)
    connection.endheaders()
    return connection.getresponse()


def test_what_it_serves(server: Server) -> None:
    for path in ("/TOKEN/", "/TOKEN/shell.js", "/TOKEN/shell.css", "/TOKEN/chapter?version=9"):
        answer = get(server, path)
        assert answer.status == 200
        assert answer.getheader("Cache-Control") == "no-store"
        assert "default-src 'none'" in (answer.getheader("Content-Security-Policy") or "")
    assert get(server, "/TOKEN/chapter").read().decode() == "<p>好</p>"


@pytest.mark.parametrize(
    "path",
    [
        "/", "//", "/favicon.ico", "/chapter", "/news", "/TOKEN", "/TOKEN/chapter/", "/TOKEN/x",
        "/TOKENx/chapter", "/x/TOKEN/chapter", "/TOKEN/../chapter", "/TOKEN/../../etc/passwd",
        "/TOKEN/..%2f..%2fetc/passwd", "/TOKEN/shell.html", "/TOKEN/__init__.py",
        "/TOKEN//etc/passwd", "/token/", "/%00/", "*",
    ],
)  # fmt: skip
def test_nothing_else_exists(server: Server, path: str) -> None:
    assert get(server, path).status == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "HEAD", "OPTIONS"])
def test_it_is_only_read(server: Server, method: str) -> None:
    assert get(server, "/TOKEN/", method).status == 501


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost:1", 200), ("127.0.0.1:1", 200), ("[::1]:1", 200), ("localhost", 200),
        ("evil.example:80", 421), ("evil.example", 421), ("localhost.evil.example:80", 421),
        ("", 421),
    ],
)  # fmt: skip
def test_a_name_that_points_here_is_not_enough(server: Server, host: str, status: int) -> None:
    assert get(server, "/TOKEN/", host=host or " ").status == status


def test_it_listens_on_loopback_alone_and_tokens_differ(board: Board) -> None:
    with Server(board) as one, Server(board) as other:
        assert one._listener.server_address[0] == "127.0.0.1"
        tokens = {urlsplit(s.address).path for s in (one, other)}
        assert len(tokens) == 2
        assert all(len(token) >= 22 for token in tokens)


def test_news_come_as_they_happen(server: Server, board: Board) -> None:
    stream = get(server, "/TOKEN/news")
    assert stream.getheader("Content-Type", "").startswith("text/event-stream")

    def next_news() -> dict[str, object]:
        while not (line := stream.readline()).startswith(b"data: "):
            assert line, "the stream ended"
        found: dict[str, object] = json.loads(line[6:])
        return found

    first = next_news()
    assert (first["state"], first["version"], first["heading"]) == ("fresh", 1, "二、某章")
    board.tell("failed", title="第 3 格出错", lines=("换行\n也在一行里",), source="1/0")
    failed = next_news()
    assert (failed["state"], failed["version"]) == ("failed", 1)
    assert failed["lines"] == ["换行\n也在一行里"]
    board.tell("fresh", page="<p>又好</p>")
    assert next_news()["version"] == 2
    stream.close()


def test_leaving_in_the_middle_and_closing_are_quiet(
    board: Board, capsys: pytest.CaptureFixture[str]
) -> None:
    with Server(board) as server:
        for _ in range(3):
            get(server, "/TOKEN/news").close()
        board.tell("running")
        board.tell("running")
    assert not [t for t in threading.enumerate() if "serve_forever" in t.name]
    assert capsys.readouterr().err == ""
