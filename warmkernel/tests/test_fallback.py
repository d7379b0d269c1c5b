"""Where a kernel cannot be forked, an ordinary one serves, and one line says why."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.manager import AsyncKernelManager

import warmkernel
from support import MANAGER, connected, run, warm
from warmkernel import shared
from warmkernel.provisioner import WarmProvisioner

PARENT = "import os; print(os.getppid())"


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """A platform without fork, as seen by the parts that choose."""
    reason = "this platform has no os.fork"
    for module in ("session", "shared", "provisioner"):
        monkeypatch.setattr(f"warmkernel.{module}.unsupported_reason", lambda: reason)
    monkeypatch.delenv(warmkernel.SOCKET_VARIABLE, raising=False)


@pytest.mark.usefixtures("windows")
@pytest.mark.parametrize("options", [{}, {"kernel_manager_class": MANAGER}], ids=["plain", "warm"])
def test_windows_runs_ordinary_kernels(
    options: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    with warmkernel.Template(["numpy"]) as template:
        assert template.socket is None
        assert int(run(PARENT, **options)) == os.getpid()
    lines = [record.message for record in caplog.records if "warmkernel" in record.message]
    assert lines == [
        "warmkernel: starting an ordinary kernel, because this platform has no os.fork"
    ]


def test_the_package_imports_without_the_unix_modules(tmp_path: Path) -> None:
    code = (
        "import sys, os, signal, socket\n"
        "for name in ('fcntl', 'resource'): sys.modules[name] = None\n"
        "for module, names in ((os, ('fork', 'register_at_fork', 'killpg')), "
        "(signal, ('SIGKILL', 'pthread_sigmask')), (socket, ('AF_UNIX', 'send_fds'))):\n"
        "    for name in names: delattr(module, name)\n"
        "import warmkernel, warmkernel.provisioner, warmkernel.manager\n"
        "with warmkernel.Template() as t: print(t.socket, warmkernel.unsupported_reason())"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert answer.stdout.strip() == "None this platform has no os.fork", answer.stderr


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"stdout": subprocess.PIPE}, "a pipe made for it"),
        ({"independent": True}, "cannot have independent"),
    ],
    ids=["pipe", "independent"],
)
def test_what_a_fork_cannot_do(
    template: warmkernel.Template,
    options: dict[str, Any],
    reason: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def scene() -> None:
        manager = AsyncKernelManager(kernel_name="warm")
        await manager.start_kernel(**options)
        process = warm(manager).process
        assert process is not None
        await manager.shutdown_kernel(now=True)
        if process.stdout:
            process.stdout.close()

    asyncio.run(scene())
    assert reason in caplog.text


def test_output_may_go_to_a_file(template: warmkernel.Template, tmp_path: Path) -> None:
    async def scene() -> None:
        manager = AsyncKernelManager(kernel_name="warm")
        with (tmp_path / "out").open("w") as file:
            await manager.start_kernel(stdout=file, stderr=subprocess.STDOUT)
        with connected(manager) as client:
            await client.wait_for_ready(timeout=30)
            code = "import os, sys; os.write(sys.__stdout__.fileno(), b'1'); print(2, file=sys.__stderr__)"
            await client.execute(code, reply=True, timeout=30)
            await manager.shutdown_kernel()

    asyncio.run(scene())
    assert "2" in (tmp_path / "out").read_text()


def test_another_interpreter_gets_no_fork(
    template: warmkernel.Template,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    other = tmp_path / "bin" / "python"
    other.parent.mkdir()
    other.symlink_to(sys.executable)
    warmkernel.ensure_kernelspec(tmp_path, name="other", python=str(other))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    site = next(path for path in sys.path if path.endswith("site-packages"))
    monkeypatch.setenv("PYTHONPATH", site, prepend=os.pathsep)
    assert int(run(PARENT, kernel_name="other")) == os.getpid()
    assert "the kernel asks for" in caplog.text


def test_templates_that_keep_dying_are_given_up(
    spec: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "deadly.py").write_text("import os; os._exit(1)")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
    warmkernel.ensure_kernelspec(spec, ["deadly"])
    assert int(run(PARENT)) == os.getpid()
    assert "the template ended before it answered" in caplog.text
    monkeypatch.setattr(shared, "_MOST_DEAD", 1)
    assert int(run(PARENT)) == os.getpid()
    assert "keep dying" in caplog.text


def test_a_template_that_does_not_answer_in_time(
    spec: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "slow.py").write_text("import time; time.sleep(30)")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.setattr(WarmProvisioner.launch_timeout, "default_value", 0.2)
    warmkernel.ensure_kernelspec(spec, ["slow"])
    assert int(run(PARENT)) == os.getpid()
    assert "did not answer within 0.2 s" in caplog.text
