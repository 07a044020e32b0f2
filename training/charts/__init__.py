"""Charts of a study, one file each: numbers of the report → a drawing.

To add one: write `training/charts/<name>.py`, then name it in `training/charts/figures.py`.
"""
