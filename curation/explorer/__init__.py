"""What a policy does to the data and to a classifier, before anything is frozen."""
