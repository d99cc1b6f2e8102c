"""Floor 4: how well an analyst does, measured on annotated cases."""
