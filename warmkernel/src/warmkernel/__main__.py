"""``python -m warmkernel``: install the kernelspec, or try a template."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from warmkernel.kernelspec import KERNEL_NAME, ensure_kernelspec
from warmkernel.session import Template, unsupported_reason


def main(argv: Sequence[str] | None = None) -> int:
    """
    Run the command.

    Parameters
    ----------
    argv : sequence of str, optional
        Arguments, by default those of the process.

    Returns
    -------
    int
        Exit code.
    """
    parser = argparse.ArgumentParser(prog="warmkernel", description=main.__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    install = commands.add_parser("install", help="write the kernelspec")
    place = install.add_mutually_exclusive_group()
    place.add_argument("--folder", type=Path, help="a Jupyter data folder (on JUPYTER_PATH)")
    place.add_argument("--user", action="store_true", help="the user's Jupyter data folder")
    install.add_argument("--name", default=KERNEL_NAME, help="name of the kernel")
    check = commands.add_parser("check", help="start a template and show its state")
    for command in (install, check):
        command.add_argument("preload", nargs="*", metavar="MODULE", help="modules to import")
    options = parser.parse_args(argv)

    if options.command == "install":
        folder = options.folder
        if folder is None and options.user:
            from jupyter_core.paths import jupyter_data_dir

            folder = Path(jupyter_data_dir())
        folder = folder or Path(sys.prefix) / "share" / "jupyter"
        print(ensure_kernelspec(folder, options.preload, name=options.name))
        return 0
    reason = unsupported_reason()
    if reason:
        print(f"ordinary kernels will be started: {reason}")
        return 1
    with Template(options.preload) as template:
        status = template.status()
    print(f"imported in {status.seconds:.1f} s: {', '.join(status.loaded) or 'nothing'}")
    for name, why in status.skipped.items():
        print(f"left out: {name} ({why})")
    print(f"threads: {len(status.threads)}")
    return 0 if len(status.threads) == 1 else 1


if __name__ == "__main__":
    sys.exit(main())
