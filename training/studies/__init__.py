"""Studies in plain Python: what is compared, what it will take, what came of it.

`plan` (the matrix as a value) → `cost` (before it starts) → tables and tests (afterwards).
"""
