"""Commands that keep the project in step with itself."""
