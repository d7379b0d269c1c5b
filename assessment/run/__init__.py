"""Which jobs there are, executing them, and gathering what they return."""
