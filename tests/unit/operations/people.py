"""Who asks in the tests of this folder."""

from cloudfront_extensions.operations.callers import Caller, CallerKind

OPERATOR = Caller("ops@example.com", CallerKind.PERSON, frozenset({"operator"}))
ADMIN = Caller("chief@example.com", CallerKind.PERSON, frozenset({"admin"}))
