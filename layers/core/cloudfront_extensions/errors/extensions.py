"""The catalogue of extensions, and what is deployed of it."""

from __future__ import annotations

from cloudfront_extensions.errors.base import CloudFrontExtensionsError


class ExtensionNotFound(CloudFrontExtensionsError):
    """The catalogue has no extension of this name; the message says which it has."""

    next_action = "Name an extension of the catalogue."


class CatalogDamaged(CloudFrontExtensionsError):
    """The catalogue that lies in the layer, or a template of it, is not the one that was built."""

    next_action = "Write it anew with python -m extensions.catalog, and deploy the application again."
