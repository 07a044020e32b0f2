"""What Prometheus asks for: requests counted here, states told by the database."""
