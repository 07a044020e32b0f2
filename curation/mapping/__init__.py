"""Texts as points in two dimensions: where they lie, in which groups, and what a lasso holds."""
