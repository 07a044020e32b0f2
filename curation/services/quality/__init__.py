"""Annotator quality: figures from stored answers, and what is done about an annotator."""
