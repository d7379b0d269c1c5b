"""The template itself: one thread, a private folder, a protocol, a kernelspec."""

import json
import os
import socket
import stat
import sys
import threading
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import warmkernel
from support import PRELOAD, run
from warmkernel import room
from warmkernel.__main__ import main
from warmkernel.server import os_threads, same_python
from warmkernel.wire import Channel

LATE_THREAD = """
import os, threading
os.register_at_fork(before=threading.Thread(target=threading.Event().wait, daemon=True).start)
"""
THREAD = "import threading; threading.Thread(target=threading.Event().wait, daemon=True).start()"


@pytest.fixture
def modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of modules that a template can import."""
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
    return tmp_path


def test_one_thread_of_the_system_with_the_numerical_libraries(
    template: warmkernel.Template,
) -> None:
    status = template.status()
    assert status.loaded == PRELOAD
    assert status.skipped == {}
    assert len(status.threads) == 1
    assert run("print(1)") == "1"
    assert len(template.status().threads) == 1


def test_no_event_loop_and_no_zmq_context_before_the_fork(modules: Path) -> None:
    (modules / "spy.py").write_text(
        "import os, gc, sys\n"
        "def look():\n"
        "    import asyncio, zmq\n"
        "    global seen\n"
        "    seen = [type(o).__name__ for o in gc.get_objects()"
        " if isinstance(o, (zmq.Context, zmq.Socket, asyncio.AbstractEventLoop))]\n"
        "    seen += [gc.get_freeze_count() > 10_000]\n"
        "os.register_at_fork(before=look)\n"
    )
    with warmkernel.Template(["spy"]):
        assert run("import spy; print(spy.seen)") == "[True]"


def test_threads_which_python_does_not_see_are_counted() -> None:
    before = len(os_threads())
    release = threading.Event()
    thread = threading.Thread(target=release.wait)
    thread.start()
    assert len(os_threads()) == before + 1
    release.set()
    thread.join()


def test_a_module_that_starts_a_thread_is_left_out(
    modules: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (modules / "threaded.py").write_text(THREAD)
    with warmkernel.Template(["json", "threaded", "absent", "numpy"]) as template:
        status = template.status()
        look = "import sys, os; print('numpy' in sys.modules, os.getppid())"
        assert run(look) == f"True {status.pid}"
    assert status.loaded == ("json", "numpy")
    assert "starts 1 thread" in status.skipped["threaded"]
    assert "ModuleNotFoundError" in status.skipped["absent"]
    assert len(status.threads) == 1
    assert "threaded is not preloaded" in capfd.readouterr().err


def test_no_fork_beside_a_thread(modules: Path, caplog: pytest.LogCaptureFixture) -> None:
    (modules / "late.py").write_text(LATE_THREAD)
    parent = "import os; print(os.getppid())"
    with warmkernel.Template(["late"]) as template:
        pid = template.status().pid
        assert int(run(parent)) == pid
        assert int(run(parent)) == os.getpid()
    assert "the template has 2 threads" in caplog.text


def test_the_folder_is_private(template: warmkernel.Template) -> None:
    assert template.socket is not None
    folder = template.socket.parent
    assert stat.S_IMODE(folder.stat().st_mode) & 0o777 == 0o700
    longest = run("import ipykernel.kernelapp as k; print(k.IPKernelApp.instance().ip)") + "-5"
    assert Path(longest).parent == folder
    assert len(os.fsencode(longest)) <= 107


def test_a_long_temporary_folder_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = tmp_path / ("x" * 80)
    deep.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(deep))
    made = room.open_room()
    assert made.folder.parent == Path("/tmp")
    made.remove()


def test_only_abandoned_folders_are_swept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(room, "LONGEST_SOCKET_PATH", 1000)
    monkeypatch.chdir(tmp_path)
    kept, left = room.open_room(), room.open_room()
    foreign = tmp_path / "warmkernel-notes"
    foreign.mkdir(mode=0o700)
    for made in (kept, left):
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(os.path.relpath(made.socket))
        made.folder.chmod(0o1700)  # as jupyter_client does
    os.close(left.lock)
    assert room.sweep(tmp_path) == []
    assert room.sweep(tmp_path, grace=-1) == [left.folder]
    assert foreign.exists()
    kept.remove()
    assert not kept.folder.exists()


def test_one_interpreter_may_have_two_names(tmp_path: Path) -> None:
    (tmp_path / "python").touch()
    (tmp_path / "python3").symlink_to("python")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "python").symlink_to(tmp_path / "python")
    assert same_python(str(tmp_path / "python"), str(tmp_path / "python3"))
    assert not same_python(str(tmp_path / "python"), str(tmp_path / "other" / "python"))


@settings(max_examples=20, deadline=None)
@given(st.lists(st.dictionaries(st.text(max_size=9), st.text(max_size=99)), max_size=9))
def test_messages_arrive_whole_and_in_order(messages: list[dict[str, str]]) -> None:
    one, other = map(Channel, socket.socketpair())
    rest = b"".join(one.send(message) for message in messages)
    assert rest == b""
    assert list(other.receive()) == messages
    one.close()
    assert list(other.receive()) == []
    assert other.ended
    other.close()


def test_a_message_in_pieces_and_undecodable_text() -> None:
    one, other = socket.socketpair()
    channel = Channel(other)
    body = json.dumps({"name": "\udcff减"}).encode()
    for byte in len(body).to_bytes(4, "big") + body[:-1]:
        one.send(bytes([byte]))
        assert list(channel.receive()) == []
    one.send(body[-1:])
    assert list(channel.receive()) == [{"name": "\udcff减"}]
    one.close()
    channel.close()


def test_an_environment_larger_than_the_sockets_buffer(
    template: warmkernel.Template, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(10):
        monkeypatch.setenv(f"WARM_LARGE_{number}", "x" * 100_000)
    look = "import os; print(sum(len(os.environ[f'WARM_LARGE_{n}']) for n in range(10)))"
    assert run(look) == "1000000"


def test_the_kernelspec_is_written_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = warmkernel.ensure_kernelspec(tmp_path, ["numpy"])
    content = json.loads(path.read_text())
    assert content["argv"][0] == sys.executable
    assert content["metadata"]["kernel_provisioner"] == {
        "provisioner_name": "warm",
        "config": {"preload": ["numpy"]},
    }
    os.utime(path, (1, 1))
    assert main(["install", "--folder", str(tmp_path), "numpy"]) == 0
    assert capsys.readouterr().out.strip() == str(path)
    assert path.stat().st_mtime == 1
    warmkernel.ensure_kernelspec(tmp_path, ["pandas"])
    assert path.stat().st_mtime > 1
    assert [entry.name for entry in path.parent.iterdir()] == ["kernel.json"]


def test_the_check_command_tells_the_state(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "json", "absent"]) == 0
    out = capsys.readouterr().out
    assert "json" in out
    assert "left out: absent (ModuleNotFoundError" in out
    assert out.endswith("threads: 1\n")


def test_ipc_paths_are_new_and_short(tmp_path: Path) -> None:
    one, other = (warmkernel.ipc_config("/tmp/k")["KernelManager"] for _ in range(2))
    assert one["transport"] == "ipc"
    assert one["ip"] != other["ip"]
    assert one["connection_file"] == one["ip"] + ".json"
    with pytest.raises(ValueError, match="at most 107"):
        warmkernel.ipc_config(tmp_path / ("x" * 90))


def test_a_template_that_never_started_says_so() -> None:
    template = warmkernel.Template()
    with pytest.raises(RuntimeError, match="not been started"):
        template.status()
    template.close()


def test_a_dead_template_says_so() -> None:
    with warmkernel.Template() as template:
        os.kill(template.status().pid, 9)
        time.sleep(0.1)
        with pytest.raises(RuntimeError, match="the template is gone"):
            template.status()
