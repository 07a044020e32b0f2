"""What this installation is on a network, read from its environment. No Django in here."""
