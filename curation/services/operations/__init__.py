"""Running an installation for years: is it ready, what does it do, who works for it."""
