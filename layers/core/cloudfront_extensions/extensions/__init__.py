"""The catalogue of extensions: what there is, and which parameters it takes. Pure Python."""
