"""Data packs: read, checked, and handed on as frames."""

from assessment.data.meta import Break, PackMeta
from assessment.data.pack import Pack, load_pack

__all__ = ["Break", "Pack", "PackMeta", "load_pack"]
