"""Floor 0: what the product is about, as values and pure functions.

Imports nothing of ours but `errors`, does no I/O and knows no framework.
"""
