"""The typed results of chapters and units."""
