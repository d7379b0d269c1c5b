"""What a kernel has started ends with it, and a template with its owner, however early."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from nbclient.exceptions import DeadKernelError

from support import MANAGER, gone, read_pid, run, soon

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="subreapers")


@pytest.mark.usefixtures("template")
@pytest.mark.parametrize("end", ["os._exit(0)", "pass"], ids=["dies", "ends"])
def test_what_left_the_kernels_session_dies_with_it(tmp_path: Path, end: str) -> None:
    path = os.fspath(tmp_path / "pid")
    cell = (
        "import subprocess, os\n"
        "inner = 'sleep 100 & echo $! > $0.tmp; mv $0.tmp $0; exit 0'\n"
        f"subprocess.run(['setsid', 'sh', '-c', inner, {path!r}], stdout=subprocess.DEVNULL)\n{end}"
    )
    if end == "pass":
        run(cell, kernel_manager_class=MANAGER)
    else:
        with pytest.raises(DeadKernelError):
            run(cell, kernel_manager_class=MANAGER)
    assert soon(lambda: gone(read_pid(tmp_path / "pid")), 2)


_OWNER = """
import sys, time
from warmkernel import Template
template = Template(["pandas", "scipy.stats"])
template.start()
print(template._process.pid, template.socket.parent, flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("wait", [0.0, 0.3], ids=["at once", "in its imports"])
def test_a_template_whose_owner_is_killed_early_leaves_nothing(tmp_path: Path, wait: float) -> None:
    temporary = Path("/tmp") / f"t{os.getpid()}-{wait}"
    temporary.mkdir()
    try:
        with subprocess.Popen(
            [sys.executable, "-c", _OWNER], stdout=subprocess.PIPE, text=True,
            env={**os.environ, "TMPDIR": str(temporary)},
        ) as owner:  # fmt: skip
            assert owner.stdout
            pid, folder = owner.stdout.readline().split()
            time.sleep(wait)
            owner.kill()
        assert soon(lambda: gone(int(pid)), 1.0)
        assert not Path(folder).exists()
    finally:
        temporary.rmdir()


@pytest.mark.usefixtures("template")
def test_a_block_ends_what_was_orphaned_in_it(tmp_path: Path) -> None:
    script = tmp_path / "block.py"
    script.write_text(
        "import subprocess, sys\n"
        "from warmkernel import adopting\n"
        "kept = subprocess.Popen(['sleep', '100'])\n"
        "with adopting(lambda: ()):\n"
        "    line = 'sleep 100 >/dev/null 2>&1 & echo $!'\n"
        "    made = subprocess.run(['setsid', 'sh', '-c', line], capture_output=True, text=True)\n"
        "print(made.stdout.strip(), kept.poll())\n"
        "kept.kill()\n"
    )
    done = subprocess.run(
        [sys.executable, script], capture_output=True, text=True, timeout=30, check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    pid, state = done.stdout.split()
    assert state == "None"
    with pytest.raises(psutil.NoSuchProcess):
        psutil.Process(int(pid))


def test_a_template_hangs_up_as_it_terminates(tmp_path: Path) -> None:
    from warmkernel import Template

    template = Template()
    template.start()
    assert template.socket is not None
    template.status()
    template._process.send_signal(signal.SIGHUP)
    assert template._process.wait(5) == 0
    template.close()
