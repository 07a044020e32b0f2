"""What can be wrong with an installation: one small check a file, each with a way to mend it."""
