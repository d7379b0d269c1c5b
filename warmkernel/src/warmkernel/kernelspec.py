"""The kernelspec by which papermill, nbclient and Jupyter find warm kernels."""

import json
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

KERNEL_NAME = "warm"
PROVISIONER_NAME = "warm"


def ensure_kernelspec(
    folder: str | os.PathLike[str],
    preload: Sequence[str] = (),
    *,
    name: str = KERNEL_NAME,
    python: str | None = None,
) -> Path:
    """
    Write ``kernels/<name>/kernel.json`` unless it is there already with the same content.

    Parameters
    ----------
    folder : path
        A Jupyter data folder: one on ``JUPYTER_PATH``, or ``<prefix>/share/jupyter``.
    preload : sequence of str
        Modules that the template imports when the provisioner has to start one itself.
    name : str, default: "warm"
        Name of the kernel.
    python : str, optional
        Interpreter, by default this one.

    Returns
    -------
    Path
        The file.
    """
    content = {
        "argv": [
            python or sys.executable,
            "-m",
            "ipykernel_launcher",
            "-f",
            "{connection_file}",
            # Kernels running side by side would wait for each other's lock on the history.
            "--HistoryManager.hist_file=:memory:",
        ],
        "display_name": "Python 3 (warm)",
        "language": "python",
        "metadata": {
            "kernel_provisioner": {
                "provisioner_name": PROVISIONER_NAME,
                "config": {"preload": list(preload)},
            }
        },
    }
    text = json.dumps(content, indent=1) + "\n"
    target = Path(folder) / "kernels" / name / "kernel.json"
    if target.is_file() and target.read_text(encoding="utf-8") == text:
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(
        "w", dir=target.parent, suffix=".tmp", delete=False, encoding="utf-8"
    ) as file:
        file.write(text)
    Path(file.name).replace(target)
    return target
