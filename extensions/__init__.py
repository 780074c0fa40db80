"""Ready-made edge functions, a folder each, with the harness that runs them and the catalogue that lists them."""
