"""Judging predictions: arrays in, numbers with their uncertainty out. Plain numpy."""
