"""How many notebooks jupyter-cache would run anew; runs in the peers' environment.

python jupyter_cache_way.py CACHE CHAPTERS PROJECT FOLDER UNIT...

FOLDER has executed notebooks as FOLDER/UNIT/NAME.ipynb, put into the cache at the first call.
"""

import sys
from pathlib import Path

import nbformat
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from papermill.iorw import load_notebook_node
from papermill.parameterize import parameterize_notebook


def main(place, chapters, project, folder, *units):
    """Count what the cache does not hold."""
    new = not Path(place).exists()
    cache = get_cache(place)
    missing = 0
    for source in sorted((Path(project) / "notebooks").glob("0*.ipynb"))[: int(chapters)]:
        for unit in units:
            notebook = load_notebook_node(str(source))
            parameters = {"region": unit, "year": 2025}
            asked = parameterize_notebook(notebook, parameters, kernel_name="python3")
            if new:
                done = nbformat.read(Path(folder) / unit / source.name, as_version=4)
                for cell, executed in zip(asked.cells, done.cells, strict=True):
                    if cell.cell_type == "code":
                        cell.outputs = executed.outputs
                        cell.execution_count = executed.execution_count
                cache.cache_notebook_bundle(CacheBundleIn(asked, str(source)), overwrite=True)
                continue
            try:
                cache.match_cache_notebook(asked)
            except KeyError:
                missing += 1
    print(missing)


if __name__ == "__main__":
    main(*sys.argv[1:])
