"""The process in which a Lambda@Edge function runs: its clock, its network, and nothing but what Lambda has."""
