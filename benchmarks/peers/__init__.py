"""How others generate: the same prompts, the same server, their own defaults."""
