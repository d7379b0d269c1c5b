"""What one job may see: its slice of parameters and data, and the series made of it."""
