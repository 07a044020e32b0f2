"""How often somebody may ask. No Django in here."""
