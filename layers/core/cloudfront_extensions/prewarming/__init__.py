"""Filling the caches of CloudFront's points of presence (PoPs) before viewers ask for it: pure Python."""
