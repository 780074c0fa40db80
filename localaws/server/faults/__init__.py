"""AWS's bad days: which calls and events are struck, and how."""
