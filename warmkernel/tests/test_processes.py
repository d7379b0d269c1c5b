"""Owners, workers and templates that are killed leave no process and no file behind."""

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

import warmkernel
from support import MANAGER, client, gone, pid_of, read_pid, run, soon, wait_cell

OWNER = """
    import sys, time, subprocess, warmkernel
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context
    from pathlib import Path
    from support import run, wait_cell

    def write(name, pid):
        Path(sys.argv[1], name).write_text(f"{pid}\\n")

    def job(path):
        import os
        write("worker", os.getpid())
        run(wait_cell(Path(path)))

    if __name__ == "__main__":
        with warmkernel.Template() as template:
            write("template", template.status().pid)
            Path(sys.argv[1], "room").write_text(str(template.socket.parent))
            pool = ProcessPoolExecutor(
                1,
                mp_context=get_context(sys.argv[2]),
                initializer=warmkernel.exit_with_parent,
            )
            pool.submit(job, sys.argv[1] + "/kernel").exception()
            write("noticed", 0)
            while not Path(sys.argv[1], "leave").exists():
                time.sleep(0.01)
"""


class Scene:
    """An owner with a template, a pool of one worker, and a kernel busy for two minutes."""

    def __init__(self, folder: Path, method: str) -> None:
        script = folder / "owner.py"
        script.write_text(textwrap.dedent(OWNER))
        path = os.pathsep.join((str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")))
        self.folder = folder
        self.process = subprocess.Popen(
            [sys.executable, script, folder, method],
            env={**os.environ, "PYTHONPATH": path},
            stderr=subprocess.DEVNULL,
        )
        self.pids = {name: read_pid(folder / name) for name in ("template", "worker", "kernel")}
        self.pids["owner"] = self.process.pid
        self.room = Path((folder / "room").read_text())

    def kill(self, name: str) -> None:
        os.kill(self.pids[name], signal.SIGKILL)

    def ends(self, *names: str) -> bool:
        return soon(lambda: all(gone(self.pids[name]) for name in names), 2)


@pytest.fixture
def scene(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Scene]:
    monkeypatch.delenv(warmkernel.SOCKET_VARIABLE, raising=False)
    made = Scene(tmp_path, getattr(request, "param", "spawn"))
    yield made
    made.process.kill()
    made.process.wait()


@pytest.mark.parametrize("scene", ["fork", "spawn"], indirect=True)
def test_nothing_survives_the_owner(scene: Scene) -> None:
    scene.kill("owner")
    assert scene.ends("template", "worker", "kernel")
    assert soon(lambda: not scene.room.exists(), 2)


def test_the_kernel_does_not_survive_its_worker(scene: Scene) -> None:
    scene.kill("worker")
    assert scene.ends("kernel")
    assert not gone(scene.pids["template"])
    left = {"kernels", "s"}
    assert soon(lambda: {path.name for path in scene.room.iterdir()} == left, 2)


def test_the_kernel_does_not_survive_the_template(scene: Scene) -> None:
    scene.kill("template")
    assert scene.ends("kernel")
    assert soon((scene.folder / "noticed").exists, 2)  # and the worker was told
    (scene.folder / "leave").touch()
    assert scene.process.wait(10) == 0
    assert not scene.room.exists()


def test_a_new_template_follows_a_killed_one(
    spec: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    parent = "import os; print(os.getppid())"
    first = int(run(parent))
    assert int(run(parent)) == first
    os.kill(first, signal.SIGKILL)
    second = int(run(parent))
    assert second not in (first, os.getpid())
    monkeypatch.setenv(warmkernel.SOCKET_VARIABLE, str(spec / "nobody"))
    assert int(run(parent)) == second
    assert "no template listens" in caplog.text


def test_a_forked_process_does_not_hold_a_kernel(
    template: warmkernel.Template, tmp_path: Path
) -> None:
    async def scene() -> None:
        from jupyter_client.manager import AsyncKernelManager

        manager = AsyncKernelManager(kernel_name="warm")
        await manager.start_kernel()
        pid = pid_of(manager)
        copy = os.fork()
        if copy == 0:
            time.sleep(30)
            os._exit(0)
        try:
            await manager.cleanup_resources()  # lets go without a word to the kernel
            assert soon(lambda: gone(pid), 2)
        finally:
            os.kill(copy, signal.SIGKILL)
            os.waitpid(copy, 0)

    asyncio.run(scene())


def worker_job(number: int) -> tuple[int, int, int]:
    printed = run(f"import os; print({number} ** 2, os.getpid(), os.getppid())")
    square, pid, parent = map(int, printed.split())
    return square, pid, parent


@pytest.mark.parametrize("method", ["fork", "spawn"])
@pytest.mark.filterwarnings("ignore:.*use of fork.*:DeprecationWarning")
def test_workers_of_a_pool_share_the_template(template: warmkernel.Template, method: str) -> None:
    context = get_context(method)
    with ProcessPoolExecutor(2, context, warmkernel.exit_with_parent) as pool:
        results = list(pool.map(worker_job, range(4)))
    assert [square for square, _, _ in results] == [0, 1, 4, 9]
    assert len({pid for _, pid, _ in results}) == 4
    assert {parent for _, _, parent in results} == {template.status().pid}


def test_many_kernels_at_once(template: warmkernel.Template) -> None:
    number = int(os.environ.get("WARMKERNEL_SOAK", "20"))

    async def scene() -> list[str]:
        clients = [
            client(
                "import time; time.sleep(1)",
                f"print({n})",
                kernel_manager_class=MANAGER if n % 2 else "jupyter_client.AsyncKernelManager",
                timeout=120,
                startup_timeout=120,
            )
            for n in range(number)
        ]
        done = await asyncio.gather(*(each.async_execute() for each in clients))
        return [notebook.cells[-1].outputs[0].text for notebook in done]

    assert asyncio.run(scene()) == [f"{n}\n" for n in range(number)]


def test_kernels_of_threads_do_not_meet(template: warmkernel.Template) -> None:
    def job(number: int) -> str:
        executed = asyncio.run(client(f"print({number})").async_execute())
        return str(executed.cells[0].outputs[0].text)

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(job, range(8))) == [f"{n}\n" for n in range(8)]


def test_an_ended_context_leaves_nothing() -> None:
    before = dict(os.environ)
    with warmkernel.Template() as template:
        pid = template.status().pid
        assert template.socket is not None
        room = template.socket.parent
        kernel = wait_cell(room / "pid")
        run(kernel.replace("time.sleep(120)", ""))
    assert gone(pid)
    assert not room.exists()
    assert dict(os.environ) == before
