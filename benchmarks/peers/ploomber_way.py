"""Ploomber's Parallel executor over the same notebooks; runs in the peers' environment.

python ploomber_way.py OUT WORKERS CHAPTERS PROJECT PYTHON UNIT...

With STATUS in the environment it only says how many notebooks it would run.
"""

import os
import subprocess
import sys
from pathlib import Path

from ploomber import DAG
from ploomber.executors import Parallel
from ploomber.products import File
from ploomber.tasks import NotebookRunner, PythonCallable


def convert(product, upstream, python):
    """All notebooks of a unit."""
    found = [str(upstream[name]) for name in upstream]
    command = [python, "-m", "nbconvert", "--to", "html", "--log-level", "ERROR", *found]
    subprocess.run(command, check=True)
    Path(str(product)).touch()


def main(out, workers, chapters, project, python, *units):
    """Build what is not up to date."""
    out, project = Path(out).absolute(), Path(project)
    os.chdir(project / "notebooks")
    dag = DAG(executor=Parallel(processes=int(workers), print_progress=False))
    read = [*(project / "data" / "demo").glob("*.csv"), *(project / "params").rglob("*.yml")]
    resources = {path.stem: str(path) for path in sorted(read)}
    names = sorted((project / "notebooks").glob("0*.ipynb"))[: int(chapters)]
    for place, unit in enumerate(units):
        (out / unit).mkdir(parents=True, exist_ok=True)
        done = PythonCallable(
            convert, File(out / unit / "done"), dag, name=f"done{place}", params={"python": python}
        )
        for path in names:
            task = NotebookRunner(
                path,
                File(out / unit / path.name),
                dag,
                name=f"{path.stem}-{place}",
                params={"region": unit, "year": 2025, "resources_": resources},
                kernelspec_name="project",
                static_analysis="disable",
            )
            task >> done
    if "STATUS" in os.environ:
        dag.render()
        waiting = [name for name in dag if dag[name].exec_status.name.startswith("Waiting")]
        print(sum(isinstance(dag[name], NotebookRunner) for name in waiting))
        return
    dag.build()


if __name__ == "__main__":
    main(*sys.argv[1:])
