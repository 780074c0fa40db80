"""Distributions: the configuration a new one gets, and what must hold before it is created."""
