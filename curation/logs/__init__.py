"""What a line of the log looks like: when, what, on whose behalf; never a secret, never a text."""
