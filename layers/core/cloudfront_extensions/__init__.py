"""Running many domains on Amazon CloudFront: certificates, distributions and the jobs that make them.

`aws` holds the adapters over boto's clients; every other package is plain Python over plain data.
"""
