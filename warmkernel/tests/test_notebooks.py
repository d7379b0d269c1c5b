"""What a notebook sees in a warm kernel: the same as in an ordinary one."""

import json
import os
import sys
from collections import Counter
from pathlib import Path

import papermill
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode

import warmkernel
from support import MANAGER, notebook, run, write

Factory = pytest.TempPathFactory
Capture = pytest.CaptureFixture[str]
pytestmark = pytest.mark.usefixtures("template")


def test_papermill_runs_a_notebook_by_kernel_name(tmp_path: Path) -> None:
    source = notebook("a = 1", "import os; print(a + 1, os.getppid())")
    source.cells[0].metadata["tags"] = ["parameters"]
    write(source, tmp_path / "in.ipynb")
    papermill.execute_notebook(
        tmp_path / "in.ipynb", tmp_path / "out.ipynb", {"a": 41}, progress_bar=False
    )
    executed = json.loads((tmp_path / "out.ipynb").read_text())
    printed = "".join(executed["cells"][-1]["outputs"][0]["text"]).split()
    assert printed == ["42", str(parent_of_kernels())]


def test_papermill_takes_the_manager_and_may_save_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from papermill import engines, execute

    saves = []
    write_ipynb = engines.write_ipynb

    def save(made: NotebookNode, path: str | None) -> None:
        saves.append(path)
        write_ipynb(made, path)

    for module in (engines, execute):
        monkeypatch.setattr(module, "write_ipynb", save)
    write(notebook("1", "2"), tmp_path / "in.ipynb")
    options = {"progress_bar": False, "kernel_manager_class": MANAGER}
    papermill.execute_notebook(tmp_path / "in.ipynb", tmp_path / "out.ipynb", **options)
    assert len([path for path in saves if path]) == 2 * 2 + 2 + 1
    saves.clear()
    papermill.execute_notebook(
        tmp_path / "in.ipynb",
        tmp_path / "out.ipynb",
        request_save_on_cell_execute=False,
        **options,
    )
    assert len([path for path in saves if path]) == 1


def test_each_notebook_has_a_process_and_a_state_of_its_own() -> None:
    look = "import os, pandas; print(os.getpid(), hasattr(pandas, 'mark'), 'x' in globals())"
    first = run("import pandas; pandas.mark = x = 1", look).split()
    second = run(look).split()
    assert first[1:] == ["True", "True"]
    assert second[1:] == ["False", "False"]
    assert first[0] != second[0]


def test_folder_and_environment_are_the_clients(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WARM_TEST", "减污降碳")
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    look = "import os, time; print(os.getcwd(), os.environ['WARM_TEST'], time.timezone)"
    text = run(look, resources={"metadata": {"path": str(tmp_path)}})
    assert text == f"{tmp_path} 减污降碳 {-8 * 3600}"


def test_the_templates_own_variables_do_not_reach_the_kernel() -> None:
    look = "import os; print(sorted(os.environ))"
    assert run(look) == run(look, kernel_name="python3")


def test_random_numbers_differ_between_kernels() -> None:
    draw = "import random, numpy; print(random.random(), numpy.random.rand())"
    one, other = run(draw).split(), run(draw).split()
    assert one[0] != other[0]
    assert one[1] != other[1]


def test_the_interpreter_looks_like_an_ordinary_kernels() -> None:
    look = (
        "import sys, os, signal, threading, gc\n"
        "print([sys.argv[0], [p for p in sys.path], sys.executable, __name__, gc.isenabled(),"
        " os.getsid(0) == os.getpid(), signal.getsignal(signal.SIGTERM).name,"
        " signal.pthread_sigmask(signal.SIG_BLOCK, []), sys.stdin.read(), len(os.listdir('.'))])"
    )
    assert run(look) == run(look, kernel_name="python3")


def test_no_descriptor_of_the_template_is_left_open(tmp_path_factory: Factory) -> None:
    look = (
        "import os\n"
        "links = [os.readlink(f'/proc/self/fd/{n}') for n in range(200)"
        " if os.path.lexists(f'/proc/self/fd/{n}')]\n"
        "print(*sorted(link.split(':')[0] for link in links[3:]))"
    )
    folder = tmp_path_factory.mktemp("i")
    ordinary = run(look, kernel_name="python3", config=warmkernel.ipc_config(folder))
    assert Counter(run(look).split()) == Counter(ordinary.split())


def test_figures_are_drawn_inline() -> None:
    plot = "import matplotlib.pyplot as plt; _ = plt.plot([1, 2])"
    executed = NotebookClient(notebook(plot), kernel_name="warm").execute()
    assert "image/png" in executed.cells[0].outputs[0].data


def test_another_backend_can_be_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MPLBACKEND", "svg")
    assert run("import matplotlib.pyplot as plt; print(plt.get_backend())") == "svg"


def test_memory_limit_raises_in_the_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WARMKERNEL_MEMORY_MB", "1024")
    with pytest.raises(CellExecutionError, match="MemoryError"):
        run("block = bytearray(2 * 2**30)")
    assert run("block = bytearray(2**28); print(len(block))") == str(2**28)


def test_memory_limit_that_is_no_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WARMKERNEL_MEMORY_MB", "1G")
    with pytest.raises(ValueError, match="WARMKERNEL_MEMORY_MB is not a number of MiB: '1G'"):
        run("1")


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="absent"):
        run("1", resources={"metadata": {"path": str(tmp_path / "absent")}})


def test_exit_handlers_run_and_output_is_flushed(tmp_path: Path) -> None:
    run(
        "import atexit, pathlib\n"
        f"atexit.register(pathlib.Path({os.fspath(tmp_path / 'said')!r}).write_text, 'bye')"
    )
    assert (tmp_path / "said").read_text() == "bye"


def test_output_below_ipython_goes_where_the_clients_goes(capfd: Capture) -> None:
    run("import sys; print('to the terminal', file=sys.__stdout__, flush=True)")
    assert "to the terminal" in capfd.readouterr().out


def parent_of_kernels() -> int:
    socket = Path(os.environ[warmkernel.SOCKET_VARIABLE])
    probe = warmkernel.Template()
    probe.socket = socket
    return probe.status().pid


def test_python_of_the_kernel_is_this_one() -> None:
    assert run("import sys; print(sys.prefix)") == sys.prefix
