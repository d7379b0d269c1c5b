"""Data packs: read, checked, and handed on in canonical order."""
