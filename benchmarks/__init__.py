"""Measurements. `python -m benchmarks` runs them all; results are kept in `benchmarks/results/`."""
