"""Parts of `benchmarks.agreement_posterior`."""
