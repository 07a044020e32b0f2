"""How long training takes, and whether what is faster learns as much."""
