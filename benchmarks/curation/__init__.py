"""Does keeping what people agree on make a better classifier? Asked of four real sets of votes."""
