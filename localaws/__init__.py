"""The embedded AWS: MiniStack in a process of its own, and the few things that it lacks and this product needs."""
