"""How long agreement, aggregation, exports and the explorer take on many votes.

    python -m benchmarks.agreement [--only statistics dawid_skene ...] [--steps 100]

One module per part, each with `measure(wish) -> dict` and one line in `__main__.PARTS`.
"""
