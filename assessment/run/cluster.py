"""Workers of a dask scheduler: found, and held to be able to do what a build hands them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import Any

from assessment.errors import Fault, InputError, system_reason
from assessment.run.jobs import packages_digest, whole_digest

SECONDS = 10
"""How long a scheduler may take to answer, and a first worker to be there."""


TLS_REMEDY = "在 dask 的配置里写好 distributed.comm.tls 的 ca-file，以及 client 的 cert 和 key，见 docs/cluster.md"


def dask_executor(address: str, folders: Sequence[Path]) -> Executor:
    """Workers of a dask scheduler.

    Parameters
    ----------
    address : str
        ``tcp://host:port`` of the scheduler; ``tls://host:port`` with the certificates that dask's
        configuration names under ``distributed.comm.tls``.
    folders : sequence of Path
        Folders that every worker must see under the same path.

    Raises
    ------
    InputError
        ``distributed`` is not installed, certificates are missing or cannot be read, no scheduler answers, it has no workers, or some of them
        have another version or do not see the folders: every such worker.
    """
    try:
        from distributed import Client
    except ImportError:
        raise _refused(address, "没有安装 distributed", "先运行 uv sync --extra cluster") from None
    if address.startswith("tls://") and (why := _tls_problem()):
        raise _refused(address, why, TLS_REMEDY)
    try:
        client: Any = Client(address, timeout=SECONDS, set_as_default=False)  # type: ignore[no-untyped-call]
    except ValueError:
        raise _refused(address, "地址写法不对", "应为 tcp:// 或 tls://主机:端口") from None
    except (OSError, TypeError, RuntimeError):
        raise _refused(address, "连不上调度器", "检查地址，或先启动 dask scheduler") from None
    try:
        client.wait_for_workers(1, timeout=SECONDS)
    except TimeoutError:
        client.close()
        remedy = f"在做事的机器上启动 dask worker {address} --nthreads 1"
        raise _refused(address, "调度器上没有 worker", remedy) from None
    found = faults(client.run(seen, tuple(folders), on_error="return"))
    if found:
        client.close()
        raise InputError(found)
    # Not pure: dask would read each call through to find whether it has its result already.
    executor: Executor = client.get_executor(pure=False)
    return executor


def _tls_problem() -> str:
    """What is wrong with dask's certificates; empty if they can be used."""
    from distributed.security import Security

    try:
        context = Security().get_connection_args("client").get("ssl_context")  # type: ignore[no-untyped-call]
    except OSError as error:  # a file that is missing, or that is no certificate
        return f"dask 的证书不能用（{error.filename or ''}{system_reason(error)}）"
    return "" if context else "tls:// 要有证书，dask 的配置里没有写"


def _refused(address: str, problem: str, remedy: str) -> InputError:
    return InputError([Fault("--scheduler", address, problem, remedy)])


def seen(folders: Sequence[Path]) -> tuple[str, list[str]]:
    """What a worker has: the digest of its version, and those of the folders that it lacks."""
    return whole_digest() + packages_digest(), [str(f) for f in folders if not f.is_dir()]


def faults(answers: Mapping[str, Any]) -> list[Fault]:
    """What is wrong with workers, from what `seen` returned on each."""
    ours, _ = seen(())
    found = []
    for worker, answer in sorted(answers.items()):
        if isinstance(answer, Exception):
            why = f"这个 worker 上没有本程序或版本太旧（{type(answer).__name__}：{answer}）"
            found.append(Fault("--scheduler", worker, why, "在它的环境里装上同一版本，再启动它"))
            continue
        theirs, lacking = answer
        if theirs != ours:
            why = "这个 worker 上的程序或软件包版本与本机不同"
            found.append(Fault("--scheduler", worker, why, "更新到同一版本，再启动它"))
        for folder in lacking:
            why = f"这个 worker 看不到目录 {folder}"
            found.append(Fault("--scheduler", worker, why, "各台机器要用同一个路径看得到它"))
    return found
