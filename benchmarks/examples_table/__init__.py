"""The table of examples with a million rows."""
