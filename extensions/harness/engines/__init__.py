"""Engines run edge functions: the code with its parameters, and native events one after another."""
