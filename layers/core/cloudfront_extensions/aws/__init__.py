"""Adapters over AWS clients: the only package that talks to AWS, reads the clock or the environment."""
