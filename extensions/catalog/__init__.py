"""The catalogue: every extension checked, its code written into its template, and all of them listed in `catalog.json`."""
