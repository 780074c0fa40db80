"""News for subscribers: of what, and how they are told."""
