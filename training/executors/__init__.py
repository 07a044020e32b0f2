"""Where run folders are fitted: on this machine, or on many through Ray."""
