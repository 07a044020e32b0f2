"""Is weighting synthetic rows by checkers worth it? IMP and DIMP against plainer choices.

    python -m benchmarks.weighting --data DATA --recordings RECORDINGS --runs runs.jsonl
    python -m benchmarks.weighting --runs runs.jsonl --report

The first fits what has not been fitted yet, one line of JSON for each finished run; stopped and
started again it goes on with the next one. The second writes docs/results/weighting.md with its
chart from the runs that are there.
"""
