"""The desk's page and what it asks for: loopback only, behind a token, nothing but what is known.

A second token stands before the reports. They are shown in a sandbox and are never told the first
one, so that nothing in a report can do what the page does.
"""

from __future__ import annotations

import asyncio
import json
import mimetypes
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from datetime import timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tornado.httpserver import HTTPServer
from tornado.iostream import StreamClosedError
from tornado.locks import Condition
from tornado.netutil import bind_sockets
from tornado.web import Application, HTTPError, RequestHandler

from assessment.desk import choice as choices
from assessment.desk import forms, making, received
from assessment.desk.choice import Choice
from assessment.desk.help import help_page
from assessment.desk.work import BusyError, Works, keep_traceback
from assessment.errors import InputError
from assessment.intake import data_report
from assessment.loopback import ALWAYS, HOST, is_here

_HEARTBEAT = timedelta(seconds=10)
_PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_REPORT_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "sandbox allow-popups allow-downloads allow-modals allow-top-navigation-by-user-activation"
)
_ASSETS = {"": "index.html", "desk.js": "desk.js", "desk.css": "desk.css"}
_TYPES = {
    ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8", ".json": "application/json", ".ipynb": "application/json",
    ".txt": "text/plain; charset=utf-8",
}  # fmt: skip


class Desk:
    """What the handlers share: tokens, long work, and the news of it."""

    def __init__(self, note: Path) -> None:
        self.token = secrets.token_urlsafe(16)
        self.reading_token = secrets.token_urlsafe(16)
        self.program = making.program()
        self._loop = asyncio.get_running_loop()
        self.news = Condition()
        self.version = 0
        self.works = Works(note, self._changed)

    def _changed(self) -> None:
        def tell() -> None:
            self.version += 1
            self.news.notify_all()

        self._loop.call_soon_threadsafe(tell)


class _Known(RequestHandler):
    """Refuses whoever comes by another name, without the token, or from another page."""

    desk: Desk

    def initialize(self, desk: Desk) -> None:
        self.desk = desk

    def set_default_headers(self) -> None:
        for name, value in ALWAYS.items():
            self.set_header(name, value)
        self.set_header("Content-Security-Policy", _PAGE_POLICY)
        self.clear_header("Server")

    def prepare(self) -> None:
        if not is_here(self.request.headers.get("Host", "")):
            raise HTTPError(421)
        wanted = self.desk.reading_token if isinstance(self, _Read) else self.desk.token
        if not secrets.compare_digest(self.path_args[0].encode(), wanted.encode()):
            raise HTTPError(404)
        origin = self.request.headers.get("Origin")
        if origin and origin != f"http://{self.request.headers['Host']}":
            raise HTTPError(403)

    def write_error(self, status_code: int, **_: Any) -> None:
        if status_code == 500:
            where = Path("build-error.log").absolute()
            fault = {
                "where": "",
                "problem": "程序内部出错",
                "remedy": f"详情在 {where}，发给维护者",
            }
            self.finish({"faults": [fault]})
        else:
            self.finish(str(status_code))

    def log_exception(self, *error: Any) -> None:
        if not isinstance(error[1], HTTPError):
            keep_traceback(error[1])

    def choice(self) -> Choice:
        return choices.choose(
            self.get_query_argument("pack", ""), self.get_query_argument("params", ""),
            self.get_query_argument("year", ""),
        )  # fmt: skip

    async def away(self, do: Callable[..., Any], *given: Any) -> Any:
        """Do something on another thread; the loop goes on meanwhile."""
        return await asyncio.get_running_loop().run_in_executor(None, do, *given)

    def give(self, content: bytes, name: str) -> None:
        """Answer with a file to be saved."""
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        self.set_header("Content-Type", kind)
        self.set_header("Content-Disposition", f"attachment; filename*=UTF-8''{quote(name)}")
        self.finish(content)

    def refuse(self, error: InputError) -> None:
        """Answer with what is wrong and what to do."""
        self.set_status(422)
        self.finish(
            {
                "faults": [
                    {
                        "where": f"{fault.file} {fault.place}".strip(),
                        "problem": fault.problem, "remedy": fault.remedy,
                    }
                    for fault in error.faults
                ]
            }
        )  # fmt: skip


class _Asset(_Known):
    def get(self, token: str, name: str) -> None:
        asset = _ASSETS[name]
        self.set_header("Content-Type", _TYPES[Path(asset).suffix])
        self.finish(files("assessment.desk").joinpath("page", asset).read_bytes())


class _News(_Known):
    async def get(self, token: str) -> None:
        """Send the state of the long work whenever it changes."""
        self.set_header("Content-Type", "text/event-stream; charset=utf-8")
        seen = -1
        with suppress(StreamClosedError, asyncio.CancelledError):  # nobody listens any more
            while True:
                if seen != self.desk.version:
                    seen = self.desk.version
                    state = json.dumps(asdict(self.desk.works.progress), ensure_ascii=False)
                    self.write(f"data: {state}\n\n")
                else:
                    self.write(": still here\n\n")
                await self.flush()
                if seen == self.desk.version:
                    await self.desk.news.wait(_HEARTBEAT)


class _Look(_Known):
    """What a step of the page shows."""

    async def get(self, token: str, name: str) -> None:
        try:
            self.finish(await self.away(getattr(self, f"_{name}")))
        except InputError as error:
            self.refuse(error)

    def _start(self) -> dict[str, Any]:
        return {
            "packs": list(choices.packs()), "plans": list(choices.plans()),
            "chosen": choices.remembered(), "unfinished": self.desk.works.unfinished,
            "here": str(Path.cwd()), "reading": self.desk.reading_token,
        }  # fmt: skip

    def _about(self) -> dict[str, Any]:
        sources = self.choice().open()
        params, pack = sources.params, sources.pack
        years = pack.tables["observations"].columns["year"]
        return {
            "plan": params.plan.title, "city": params.plan.city, "pack": pack.meta.title,
            "kind": pack.meta.kind, "cutoff": pack.meta.cutoff, "status": params.run.status,
            "years": [min(years), max(years)] if len(years) else [],
            "figures": len(years), "units": [r.name for r in params.regions.regions],
        }  # fmt: skip

    def _forms(self) -> dict[str, Any]:
        return forms.overview(self.choice())

    def _received(self) -> dict[str, Any]:
        chosen = self.choice()
        return {
            "waiting": [path.name for path in received.waiting(chosen)],
            "files": received.files(chosen),
            "folder": str(chosen.folder / received.FOLDER),
        }

    def _data(self) -> dict[str, Any]:
        sources = self.choice().open()
        return {
            "title": sources.pack.meta.title,
            "figures": len(sources.pack.tables["observations"]),
            "tasks": len(sources.pack.tables["tasks"]),
            "notices": [
                {"where": f"{n.file} {n.place}".strip(), "problem": n.problem, "remedy": n.remedy}
                for n in sources.pack.notices
            ],
        }

    def _due(self) -> dict[str, Any]:
        return making.what_is_due(self.choice())

    def _reports(self) -> dict[str, Any]:
        return making.reports(self.choice())

    def _verified(self) -> dict[str, Any]:
        return making.verified(self.choice())


class _Do(_Known):
    """What a button of the page does; long work is begun and told of in the news."""

    async def post(self, token: str, name: str) -> None:
        try:
            body = json.loads(self.request.body or b"{}")
            if not isinstance(body, dict):
                raise HTTPError(400)
        except ValueError:
            raise HTTPError(400) from None
        try:
            self.finish(await self.away(getattr(self, f"_{name}"), body) or {})
        except InputError as error:
            self.refuse(error)
        except BusyError as error:
            self.set_status(409)
            remedy = "等它做完，或先停止"
            self.finish({"faults": [{"where": "", "problem": f"正在{error}", "remedy": remedy}]})

    def _choose(self, body: dict[str, Any]) -> None:
        choices.remember(self.choice())

    def _pack(self, body: dict[str, Any]) -> dict[str, Any]:
        given = [str(body.get(name, "")) for name in ("name", "title", "cutoff")]
        return {"pack": choices.make_pack(*given)}

    def _forms(self, body: dict[str, Any]) -> dict[str, Any]:
        chosen = self.choice()

        def do(tell: Any, halted: Any) -> dict[str, Any]:
            tell("正在做填报表", 0, 0)
            return {"made": forms.make_forms(chosen)}

        return {"work": self.desk.works.start("做填报表", do)}

    def _handed(self, body: dict[str, Any]) -> None:
        codes = [str(code) for code in body.get("codes", [])]
        forms.hand_out(self.choice(), codes, handed=bool(body.get("handed")))

    def _intake(self, body: dict[str, Any]) -> dict[str, Any]:
        chosen = self.choice()
        return {
            "work": self.desk.works.start(
                "收表", lambda tell, halted: received.take_in(chosen, tell)
            )
        }

    def _aside(self, body: dict[str, Any]) -> None:
        received.set_aside(self.choice(), str(body.get("file", "")))

    def _build(self, body: dict[str, Any]) -> dict[str, Any]:
        chosen, program = self.choice(), self.desk.program
        regions = [str(name) for name in body.get("regions", [])]
        formats = [str(name) for name in body.get("formats", [])]
        return {
            "work": self.desk.works.start(
                "出稿",
                lambda tell, halted: making.make(chosen, regions, formats, program, tell, halted),
            )
        }

    def _keep(self, body: dict[str, Any]) -> dict[str, Any]:
        chosen = self.choice()

        def do(tell: Any, halted: Any) -> dict[str, Any]:
            tell("正在核对并留稿", 0, 0)
            return making.keep_draft(chosen)

        return {"work": self.desk.works.start("留稿", do)}

    def _stop(self, body: dict[str, Any]) -> None:
        self.desk.works.stop()

    def _status(self, body: dict[str, Any]) -> None:
        making.set_status(self.choice(), str(body.get("status", "")))


class _Drop(_Known):
    async def put(self, token: str) -> None:
        """Keep a filled form, or a zip of them, as it came."""
        try:
            name = self.get_query_argument("name")
            kept = await self.away(received.put, self.choice(), name, self.request.body)
            self.finish({"file": kept})
        except InputError as error:
            self.refuse(error)


class _Fetch(_Known):
    """Files to be saved: forms, all of them, forms to be sent back."""

    async def get(self, token: str, kind: str, name: str) -> None:
        try:
            chosen = self.choice()
            if kind == "all":
                packed = await self.away(forms.forms_zip, chosen)
                self.give(packed, f"填报表_{chosen.year}.zip")
                return
            path = await self.away(
                forms.form if kind == "form" else received.returned, chosen, name
            )
            self.give(await self.away(path.read_bytes), path.name)
        except InputError:
            raise HTTPError(404) from None


class _Help(_Known):
    def get(self, token: str, name: str) -> None:
        page = help_page(name)
        if page is None:
            raise HTTPError(404)
        self.finish(page)


class _Read(_Known):
    """Reports, the portal and the data report, for reading."""

    async def get(self, token: str, pack: str, params: str, year: str, path: str) -> None:
        self.set_header("Content-Security-Policy", _REPORT_POLICY)
        self.set_header("Cross-Origin-Resource-Policy", "same-origin")
        try:
            chosen = choices.choose(pack, params, year)
            if path == "data_report.html":
                sources = await self.away(chosen.open)
                page = await self.away(data_report, sources.params, sources.pack, chosen.year)
                self.finish(page)
                return
            found = await self.away(making.readable, chosen, path)
            content = await self.away(found.read_bytes) if found else None
        except (InputError, OSError):
            raise HTTPError(404) from None
        if found is None or content is None:
            raise HTTPError(404)
        if found.suffix in _TYPES:
            self.set_header("Content-Type", _TYPES[found.suffix])
            self.finish(content)
        else:
            self.give(content, found.name)


class Server:
    """Listens on the loopback interface until it is closed.

    Parameters
    ----------
    note : Path
        Where it is noted what is under way.
    port : int
        A free one where it is 0.

    Raises
    ------
    OSError
        The port cannot be had.
    """

    def __init__(self, note: Path, port: int = 0):
        self._sockets = bind_sockets(port, HOST)
        self.desk = Desk(note)
        shared = {"desk": self.desk}
        looks = "start|about|forms|received|data|due|reports|verified"
        does = "choose|pack|forms|handed|intake|aside|build|stop|status|keep"
        rules: list[Any] = [
            (r"/([\w-]+)/(|desk\.js|desk\.css)", _Asset, shared),
            (r"/([\w-]+)/news", _News, shared),
            (rf"/([\w-]+)/look/({looks})", _Look, shared),
            (rf"/([\w-]+)/do/({does})", _Do, shared),
            (r"/([\w-]+)/drop", _Drop, shared),
            (r"/([\w-]+)/fetch/(form|returned|all)/([^/]*)", _Fetch, shared),
            (r"/([\w-]+)/help/([\w-]+)(?:\.md)?", _Help, shared),
            (r"/([\w-]+)/([^/]+)/([^/]+)/(\d+)/(.+)", _Read, shared),
        ]
        self._server = HTTPServer(
            Application(rules, log_function=lambda _: None),
            max_body_size=received.MOST_BYTES, max_buffer_size=received.MOST_BYTES,
        )  # fmt: skip
        self._server.add_sockets(self._sockets)

    @property
    def address(self) -> str:
        """Address of the page, token included."""
        return f"http://{HOST}:{self._sockets[0].getsockname()[1]}/{self.desk.token}/"

    def close(self) -> None:
        """Stop listening, and the work under way."""
        self._server.stop()
        self.desk.works.close()
