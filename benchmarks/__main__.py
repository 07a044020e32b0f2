"""`make bench`: the measurements that need nothing but this repository."""

from __future__ import annotations

from benchmarks import diversity, scale, screening

if __name__ == "__main__":
    scale.main()
    diversity.measure_speed()
    screening.measure()
