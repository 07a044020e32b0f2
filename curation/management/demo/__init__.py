"""The main job, end to end: the same services as the single commands, one after the other."""
