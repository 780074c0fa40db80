"""CloudFront logs, generated, and the tables in which Athena reads the real ones."""
