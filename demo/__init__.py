"""`make demo`: 24 domains onboarded on the embedded AWS, then one broken and rolled back by canary."""
