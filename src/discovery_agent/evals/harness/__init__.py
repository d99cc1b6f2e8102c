"""An experiment: the same cases under several arms, what each case scored, and what the difference between two arms means."""
