"""`make bench`: what a domain costs in transitions, invocations, calls and state, and how fast functions start."""
