"""Setting up the application's own environment: standard library only, any Python 3.11+.

`python3 -m curation.bootstrap .venv requirements.txt` makes or updates it and says what it does.
"""
