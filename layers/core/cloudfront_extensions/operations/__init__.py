"""What people and machines ask of the product, whichever API they ask by: one module a subject, one function an operation.

The functions take plain values, check them, and answer plain JSON in camelCase: REST and GraphQL answer the same documents.
"""
