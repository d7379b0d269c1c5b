"""Model of an invented city, from which the demonstration pack is written."""
