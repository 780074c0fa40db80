"""Error codes that AWS documents for every operation of a service, and that models therefore leave out.

Sources: "Common error types" of each API reference; "Error handling with DynamoDB" of its developer guide; "Error
responses" of the S3 API reference; "Common errors" of CloudFront, Route 53 and CloudFormation, whose older APIs have names
of their own. Each code has the statuses that AWS sends it with: services of the JSON protocol refuse with 400 what others
refuse with 403.
"""

from __future__ import annotations

REFUSED, MISSING, FAILED, OVERLOADED = frozenset({400}), frozenset({404}), frozenset({500}), frozenset({503})
FORBIDDEN = frozenset({400, 403})

EVERYWHERE = {
    "AccessDeniedException": FORBIDDEN,
    "ExpiredTokenException": FORBIDDEN,
    "IncompleteSignature": FORBIDDEN,
    "InternalFailure": FAILED,
    "InvalidClientTokenId": FORBIDDEN,
    "MalformedHttpRequestException": REFUSED,
    "NotAuthorized": FORBIDDEN | {401},
    "OptInRequired": FORBIDDEN,
    "RequestExpired": FORBIDDEN,
    "RequestTimeoutException": frozenset({408}),
    "ServiceUnavailable": OVERLOADED,
    "ThrottlingException": REFUSED | {429},
    "UnknownOperationException": REFUSED | MISSING,
    "UnrecognizedClientException": FORBIDDEN,
    "ValidationError": REFUSED,
}
OF_JSON_SERVICES = {
    "MissingAuthenticationTokenException": FORBIDDEN,
    "SerializationException": REFUSED,
    "ValidationException": REFUSED,
}
OF_XML_SERVICES = {
    "AccessDenied": frozenset({403}),
    "ExpiredToken": FORBIDDEN,
    "InvalidAction": REFUSED,
    "InvalidParameterCombination": REFUSED,
    "InvalidParameterValue": REFUSED,
    "MalformedXML": REFUSED,
    "MissingParameter": REFUSED,
    "SignatureDoesNotMatch": frozenset({403}),
    "Throttling": REFUSED,
}
OF_S3 = {
    "AccessDenied": frozenset({403}),
    "BucketAlreadyOwnedByYou": frozenset({409}),
    "InternalError": FAILED,
    "InvalidArgument": REFUSED,
    "InvalidBucketName": REFUSED,
    "InvalidRange": frozenset({416}),
    "InvalidRequest": REFUSED,
    "MalformedPolicy": REFUSED,
    "MalformedXML": REFUSED,
    "MethodNotAllowed": frozenset({405}),
    "NoSuchBucket": MISSING,
    "NoSuchBucketPolicy": MISSING,
    "NoSuchKey": MISSING,
    "NoSuchLifecycleConfiguration": MISSING,
    "NoSuchTagSet": MISSING,
    "NoSuchVersion": MISSING,
    "PreconditionFailed": frozenset({412}),
    "ServiceUnavailable": OVERLOADED,
    "SignatureDoesNotMatch": frozenset({403}),
    "SlowDown": OVERLOADED,
}
"""S3's model has hardly any errors, so that its own list stands here, as far as objects, buckets and policies go."""
XML_SERVICES = frozenset({"cloudformation", "cloudfront", "iam", "route53", "sns", "sts"})


def common_errors(service: str) -> dict[str, frozenset[int]]:
    if service == "s3":
        return OF_S3
    return EVERYWHERE | (OF_XML_SERVICES if service in XML_SERVICES else OF_JSON_SERVICES)
