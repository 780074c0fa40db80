"""Jobs: a batch of rows, what is remembered of each, preflight and report."""
