"""The kernel provisioner ``warm``: kernels forked from a template instead of started."""

import asyncio
import contextlib
import errno
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.localinterfaces import is_local_ip
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from traitlets import CaselessStrEnum, Float, Integer, List, Unicode

from warmkernel.client import RefusedError, TemplateGoneError, WarmKernel, launch
from warmkernel.session import unsupported_reason
from warmkernel.shared import find_template
from warmkernel.wire import new_stem

LAUNCHER = "ipykernel_launcher"
MEMORY_VARIABLE = "WARMKERNEL_MEMORY_MB"

# After a shutdown request or a kill, how long to wait here, where nothing polls.
_END_SECONDS = 2.0
_PATIENCE_SECONDS = 0.5
_PORTS = ("shell_port", "iopub_port", "stdin_port", "hb_port", "control_port")


class WarmProvisioner(LocalProvisioner):
    """
    Forks each kernel from a template process that has imported the libraries.

    The template is the one named by ``WARMKERNEL_SOCKET``, else one which this process
    starts at the first kernel and which ends with it. Where a kernel cannot be forked, one
    warning says why and an ordinary kernel is started.
    """

    preload = List(Unicode(), help="Modules that the template imports.").tag(config=True)
    memory_limit_mb = Integer(
        0, min=0, help="Private memory of a kernel in MiB; 0 = WARMKERNEL_MEMORY_MB or no limit."
    ).tag(config=True)
    prefer_transport = CaselessStrEnum(
        ["ipc", "tcp"], "ipc", help="'ipc' replaces TCP on this machine, whose ports race."
    ).tag(config=True)
    launch_timeout = Float(60.0, help="Seconds for the template to import and fork.").tag(
        config=True
    )

    _kernel: WarmKernel | None = None
    _socket: Path | None = None
    _files: Path | None = None
    _stem = ""
    _interrupt_later = False

    @property
    def has_process(self) -> bool:
        """Whether a kernel process is managed."""
        return self._kernel is not None or bool(super().has_process)

    async def poll(self) -> int | None:
        """Exit code, or None while the kernel runs. Reads one socket, waits for nothing."""
        if self._kernel is not None:
            return self._kernel.poll()
        code: int | None = await super().poll()
        return code

    async def wait(self) -> int | None:
        """Exit code, as soon as the kernel has ended."""
        if self._kernel is None:
            local: int | None = await super().wait()
            return local
        code = await self._kernel.wait()
        self._kernel = None
        return code

    async def ended(self) -> None:
        """Return as soon as the kernel has ended; unlike `wait`, leave it to be polled."""
        if self._kernel is not None:
            await self._kernel.wait()
        while await self.poll() is None:
            await asyncio.sleep(0.1)

    async def send_signal(self, signum: int) -> None:
        """Send a signal to the kernel's process group."""
        if self._kernel is None:
            await super().send_signal(signum)
        elif signum == signal.SIGINT and getattr(self.parent, "shutting_down", False):
            # Managers interrupt before they ask for the shutdown. An interrupt that comes
            # between the last reply and the moment when ipykernel ignores it again ends the
            # kernel's loop beside the request, and both wait for each other.
            self._interrupt_later = True
        else:
            self._kernel.signal(signum)

    async def kill(self, restart: bool = False) -> None:
        """Kill the kernel's process group, and see it end."""
        if self._kernel is not None:
            self._kernel.signal(signal.SIGKILL)
            await self._await_end()
        else:
            await super().kill(restart=restart)

    async def terminate(self, restart: bool = False) -> None:
        """Send SIGTERM to the kernel's process group."""
        if self._kernel is not None:
            self._kernel.signal(signal.SIGTERM)
        else:
            await super().terminate(restart=restart)

    async def shutdown_requested(self, restart: bool = False) -> None:
        """Wait for the kernel to follow the request; the manager would poll each 0.1 s."""
        await super().shutdown_requested(restart=restart)
        await self._await_end(_PATIENCE_SECONDS)
        if self._kernel is not None and self._interrupt_later:
            self._kernel.signal(signal.SIGINT)  # busy with a cell
            await self._await_end()

    async def cleanup(self, restart: bool = False) -> None:
        """Let go of the kernel and remove its files."""
        await super().cleanup(restart=restart)
        if self._kernel is not None:
            self._kernel.close()
            self._kernel = None
        if not restart:
            self._remove_files()

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Choose the template, and ipc, before the connection file is written."""
        self._interrupt_later = False
        self._socket = find_template(self._python(), self.preload, self.log)
        if self._socket is not None and self.parent is not None and self._files is None:
            self._prefer_ipc(self.parent, self._socket.parent)
        prepared: dict[str, Any] = await super().pre_launch(**kwargs)
        return prepared

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """
        Fork the kernel, or start an ordinary one and log the reason.

        Raises
        ------
        FileNotFoundError
            If the working directory does not exist.
        """
        try:
            try:
                self._kernel = await self._fork(cmd, kwargs)
            except TemplateGoneError as error:
                self.log.warning("warmkernel: %s; another one is tried", error)
                self._socket = find_template(self._python(), self.preload, self.log)
                self._kernel = await self._fork(cmd, kwargs)
        except (RefusedError, TemplateGoneError, TimeoutError) as error:
            self.log.warning("warmkernel: starting an ordinary kernel, because %s", error)
            info: KernelConnectionInfo = await super().launch_kernel(cmd, **kwargs)
            return info
        except BaseException:
            self._remove_files()  # managers clean up only after kernels that were launched
            raise
        self.pid = self.pgid = self._kernel.pid
        self.cwd = kwargs.get("cwd", Path.cwd())
        return self.connection_info

    async def _fork(self, cmd: list[str], kwargs: Mapping[str, Any]) -> WarmKernel:
        if self._socket is None:
            raise RefusedError(unsupported_reason() or "the templates of this process keep dying")
        special = set(kwargs) - {"cwd", "env", "stdin", "stdout", "stderr", "kernel_id"}
        if any(kwargs[name] for name in special):
            raise RefusedError(f"a forked kernel cannot have {', '.join(sorted(special))}")
        if cmd[1:3] != ["-m", LAUNCHER]:
            raise RefusedError(f"the kernelspec runs something else than -m {LAUNCHER}")
        folder = Path(kwargs.get("cwd") or Path.cwd()).absolute()
        if not folder.is_dir():
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(folder))
        environment = kwargs["env"]
        request = {
            "python": cmd[0],
            "arguments": cmd[3:],
            "folder": str(folder),
            "environment": environment,
            "memory": self._memory_limit(environment),
            "stem": self._stem,
        }
        with _streams(kwargs.get("stdout"), kwargs.get("stderr")) as streams:
            return await launch(self._socket, request, streams, self.launch_timeout)

    def _python(self) -> str:
        command = str(self.kernel_spec.argv[0])
        version = sys.version_info
        same = {"python", f"python{version[0]}", f"python{version[0]}.{version[1]}"}
        return sys.executable if command in same else command

    def _prefer_ipc(self, manager: Any, folder: Path) -> None:
        """Put connection file and sockets into the private folder, unless told otherwise."""
        self._files, self._stem = folder, new_stem()
        chosen = manager.transport != "tcp" or not is_local_ip(manager.ip)
        if not manager.connection_file:
            manager.connection_file = str(folder / f"{self._stem}.json")
        elif Path(manager.connection_file).exists():
            return
        if chosen or self.prefer_transport != "ipc" or any(getattr(manager, p) for p in _PORTS):
            return
        manager.transport = "ipc"
        manager.ip = str(folder / self._stem)

    def _memory_limit(self, environment: Mapping[str, str]) -> int | None:
        text = environment.get(MEMORY_VARIABLE) or "0"
        try:
            limit = self.memory_limit_mb or int(text)
        except ValueError:
            raise ValueError(f"{MEMORY_VARIABLE} is not a number of MiB: {text!r}") from None
        return limit * 2**20 or None

    def _remove_files(self) -> None:
        if self._files is not None:
            for path in self._files.glob(self._stem + "*"):
                path.unlink(missing_ok=True)

    async def _await_end(self, seconds: float = _END_SECONDS) -> None:
        if self._kernel is not None:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._kernel.wait()


@contextlib.contextmanager
def _streams(stdout: Any, stderr: Any) -> Iterator[list[int]]:
    """Descriptors for the kernel's output, from what ``Popen`` would be given."""
    null = os.open(os.devnull, os.O_WRONLY)

    def descriptor(stream: Any, inherited: int) -> int:
        if stream == subprocess.PIPE:
            raise RefusedError("a forked kernel cannot write to a pipe made for it")
        if stream == subprocess.DEVNULL:
            return null
        if stream is not None:
            return int(stream if isinstance(stream, int) else stream.fileno())
        try:
            os.fstat(inherited)
        except OSError:
            return null
        return inherited

    try:
        output = descriptor(stdout, 1)
        yield [output, output if stderr == subprocess.STDOUT else descriptor(stderr, 2)]
    finally:
        os.close(null)
