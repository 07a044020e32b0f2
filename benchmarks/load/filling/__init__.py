"""A large project as it stands after some years of work, and smaller ones beside it."""
