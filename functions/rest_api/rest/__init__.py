"""The REST face of the operations: requests in, documents and problems out."""
