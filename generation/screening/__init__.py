"""Checks a text must pass before anybody is asked to judge it. Each gives its reason."""
