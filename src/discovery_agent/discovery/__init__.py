"""Floor 3: the use cases."""
