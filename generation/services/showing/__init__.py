"""What the pages show: queries that change nothing, with few rows however large a run is."""
