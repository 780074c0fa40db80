"""Certificates: names, requests, validation records and the wait for issuance."""
