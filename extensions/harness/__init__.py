"""Runs edge functions without AWS: CloudFront Functions on njs or Node, Lambda@Edge functions in a Python process."""
