"""Logs of CloudFront as metrics: what is counted, how it is asked of Athena, and what the figures mean."""
