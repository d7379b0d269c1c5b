"""Results as sentences, tables, figures and typed blocks."""
