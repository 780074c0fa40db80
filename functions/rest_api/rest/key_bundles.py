"""/key-bundles: where to put a private key with its certificate. The API itself never sees one."""

from __future__ import annotations

from cloudfront_extensions.operations import key_bundles
from rest.answers import Answer, document
from rest.callers import caller_of
from rest.routing import new_router, route

router = new_router()


@route(router, "createKeyBundleUpload", 201)
def create_key_bundle_upload() -> Answer:
    """A link for one upload of a key bundle, encrypted, which lasts some minutes."""
    upload = key_bundles.create_key_bundle_upload(caller=caller_of(router.current_event.raw_event))
    return document(upload)
