"""Which call goes out when. Knows neither prompts nor the database."""
