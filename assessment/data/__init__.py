"""Data packs: read, checked, and handed on as frames."""
