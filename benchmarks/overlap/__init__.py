"""Replaying real votes in random order: how few of them decide like all of them."""
