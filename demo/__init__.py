"""`make demo`: the whole onboarding of 24 domains on the embedded AWS, from dry run to report."""
