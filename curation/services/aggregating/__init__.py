"""Aggregating a project's votes by one method, and by all of them side by side."""
