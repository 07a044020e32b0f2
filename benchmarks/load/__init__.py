"""The whole application with a large project: every page, the table, and a steady load."""
