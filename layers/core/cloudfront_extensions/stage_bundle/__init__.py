"""The command that stages a certificate, its private key and its chain for import, so that nobody pastes a key anywhere."""
