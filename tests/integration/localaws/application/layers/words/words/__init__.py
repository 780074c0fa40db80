"""A package of a layer."""

HELLO = "Hello"
