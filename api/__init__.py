"""The contract of the REST API, made from the routes and the operations, and what API Gateway takes of it."""
