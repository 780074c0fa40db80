"""Greets with a word of the layer."""

from words import HELLO


def handler(event, context):
    return f"{HELLO}, {event['name']}"
