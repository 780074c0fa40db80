"""Lambda: on what functions run, what they see, and what becomes of their errors."""
