"""The GraphQL face of the operations: who asks, what is given, which operation, and what is told."""
