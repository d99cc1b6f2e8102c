"""Floor 2: the one seam, Analyst, and its implementations."""
