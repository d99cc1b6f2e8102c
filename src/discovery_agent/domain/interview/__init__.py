"""Interviews as rules: what is still worth asking, how an answer reads, and which move comes next."""
