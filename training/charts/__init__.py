"""Charts of studies, one file each: numbers → SVG."""
