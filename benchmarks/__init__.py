"""Measurements, each run by `python -m benchmarks.<name>`; not part of the tests."""
