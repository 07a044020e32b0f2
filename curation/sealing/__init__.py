"""Values that nobody reads who has the database alone. No Django in here."""
