"""The private folder of a template: its socket, connection files and ipc sockets."""

import fcntl
import os
import shutil
import stat
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

PREFIX = "warmkernel-"
SOCKET_NAME = "s"

#: Longest path a Unix socket can be bound to (``sockaddr_un.sun_path`` less its NUL), in bytes.
LONGEST_SOCKET_PATH = 107

# <folder>/<12 hexadecimal digits>-<port of up to five digits>
_LONGEST_NAME = 1 + 12 + 6
_GRACE_SECONDS = 60.0


@dataclass(frozen=True)
class Room:
    """
    A private folder (mode 0700) that is locked for as long as somebody lives in it.

    Attributes
    ----------
    folder : Path
        The folder.
    lock : int
        Descriptor that holds a shared ``flock`` on the folder; processes which inherit the
        descriptor hold the lock too, and the kernel releases it when the last one dies.
    """

    folder: Path
    lock: int

    @property
    def socket(self) -> Path:
        """Path of the template's control socket."""
        return self.folder / SOCKET_NAME

    def remove(self) -> None:
        """Remove the folder with everything in it, and release the lock."""
        shutil.rmtree(self.folder, ignore_errors=True)
        os.close(self.lock)


def open_room() -> Room:
    """
    Make a private folder whose socket paths are short enough, and sweep abandoned ones.

    Returns
    -------
    Room

    Raises
    ------
    OSError
        If neither the temporary folder nor ``/tmp`` gives a short enough path.
    """
    for parent in (tempfile.gettempdir(), "/tmp"):
        if len(os.fsencode(parent)) + 1 + len(PREFIX) + 8 + _LONGEST_NAME > LONGEST_SOCKET_PATH:
            continue
        sweep(Path(parent))
        folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
        lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        fcntl.flock(lock, fcntl.LOCK_SH)
        return Room(folder, lock)
    raise OSError("no temporary folder with a path short enough for Unix sockets")


def sweep(parent: Path, grace: float = _GRACE_SECONDS) -> list[Path]:
    """
    Remove the folders of templates and owners that were all killed at the same instant.

    Parameters
    ----------
    parent : Path
        Folder in which private folders are made.
    grace : float, default: 60
        Seconds for which a folder is left alone after its last change: its maker locks it
        a moment after making it.

    Returns
    -------
    list of Path
        The folders removed.
    """
    removed = []
    for folder in parent.glob(PREFIX + "*"):
        try:
            status = folder.lstat()
            # jupyter_client adds the sticky bit to the folder of a connection file.
            private = stat.S_IMODE(status.st_mode) & ~stat.S_ISVTX == 0o700
            ours = private and status.st_uid == os.getuid()
            if not ours or time.time() - status.st_mtime < grace:
                continue
            if not (folder / SOCKET_NAME).is_socket():  # somebody's folder of a like name
                continue
            lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        except OSError:
            continue
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            pass
        else:
            shutil.rmtree(folder, ignore_errors=True)
            removed.append(folder)
        finally:
            os.close(lock)
    return removed


def remove_files(folder: Path, stem: str) -> None:
    """
    Remove the connection file and the ipc sockets of one kernel.

    Parameters
    ----------
    folder : Path
        The private folder.
    stem : str
        Name that the files begin with; an empty one removes nothing.
    """
    if not stem:
        return
    for path in folder.glob(stem + "*"):
        path.unlink(missing_ok=True)
