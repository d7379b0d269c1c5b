"""A small server for the preview: loopback only, behind a token, three things and no file."""

from __future__ import annotations

import secrets
from functools import cached_property
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from threading import Thread
from types import TracebackType
from typing import Any, ClassVar, Self
from urllib.parse import urlsplit

from assessment.loopback import ALWAYS, HOST, is_here
from assessment.preview.board import Board

_HEARTBEAT_SECONDS = 10.0

_SHELL_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_PAGE_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)


class _Handler(BaseHTTPRequestHandler):
    server: _Listener
    server_version = "preview"
    sys_version = ""
    _ASSETS: ClassVar = {
        "": ("shell.html", "text/html; charset=utf-8"),
        "shell.js": ("shell.js", "text/javascript; charset=utf-8"),
        "shell.css": ("shell.css", "text/css; charset=utf-8"),
    }

    def do_GET(self) -> None:
        """Answer one of the known addresses; all others do not exist."""
        if not is_here(self.headers.get("Host", "")):
            self.send_error(HTTPStatus.MISDIRECTED_REQUEST)
            return
        token, slash, name = urlsplit(self.path).path.removeprefix("/").partition("/")
        known = secrets.compare_digest(token.encode(), self.server.token.encode())
        if not known or not slash:
            self.send_error(HTTPStatus.NOT_FOUND)
        elif name == "chapter":
            self._answer(self.server.board.page, "text/html; charset=utf-8", _PAGE_POLICY)
        elif name == "news":
            self._stream()
        elif name in self._ASSETS:
            asset, kind = self._ASSETS[name]
            content = files("assessment.preview").joinpath("page", asset).read_bytes()
            self._answer(content, kind, _SHELL_POLICY)
        else:
            self.send_error(HTTPStatus.NOT_FOUND)

    def _answer(self, content: bytes, kind: str, policy: str) -> None:
        self._head(kind, {"Content-Security-Policy": policy, "Content-Length": str(len(content))})
        self.wfile.write(content)

    def _stream(self) -> None:
        """Send news as they come, and a comment now and then, until nobody listens."""
        self._head("text/event-stream; charset=utf-8", {})
        count = 0
        while not self.server.closing:
            found = self.server.board.after(count, _HEARTBEAT_SECONDS)
            try:
                if found is None:
                    self.wfile.write(b": still here\n\n")
                else:
                    count, news = found
                    self.wfile.write(f"data: {news.json}\n\n".encode())
                self.wfile.flush()
            except OSError:
                return

    def _head(self, kind: str, more: dict[str, str]) -> None:
        self.send_response(HTTPStatus.OK)
        for name, value in {"Content-Type": kind, **ALWAYS, **more}.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing: the address holds the token."""


class _Listener(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, board: Board, token: str, port: int):
        self.board = board
        self.token = token
        self.closing = False
        super().__init__((HOST, port), _Handler)

    def handle_error(self, *_: Any) -> None:
        """Say nothing where a browser leaves in the middle of an answer."""


class Server:
    """Serves a board to browsers of this machine.

    Parameters
    ----------
    board : Board
        What is served.
    port : int, optional
        A free one by default.
    """

    def __init__(self, board: Board, port: int = 0):
        self._listener = _Listener(board, secrets.token_urlsafe(16), port)

    @cached_property
    def address(self) -> str:
        """Address of the preview, token included."""
        listener = self._listener
        return f"http://{HOST}:{listener.server_address[1]}/{listener.token}/"

    def __enter__(self) -> Self:
        Thread(target=self._listener.serve_forever, args=(0.1,), daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._listener.closing = True
        self._listener.shutdown()
        self._listener.server_close()
