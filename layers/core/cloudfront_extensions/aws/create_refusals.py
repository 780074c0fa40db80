"""What it means when CloudFront refuses to create a distribution: every code that the API documents."""

from __future__ import annotations

from cloudfront_extensions.errors import (
    AliasInUse,
    AwsRefused,
    CertificateNotIssued,
    CloudFrontExtensionsError,
    InvalidDistributionConfig,
    InvalidInput,
    QuotaWouldBeExceeded,
)


class CallerReferenceUsed(CloudFrontExtensionsError):
    """A distribution with this caller reference was created before; to be adopted, never seen outside the adapters."""


_QUOTAS = (
    "TooManyCacheBehaviors",
    "TooManyCertificates",
    "TooManyCookieNamesInWhiteList",
    "TooManyDistributionCNAMEs",
    "TooManyDistributions",
    "TooManyDistributionsAssociatedToCachePolicy",
    "TooManyDistributionsAssociatedToFieldLevelEncryptionConfig",
    "TooManyDistributionsAssociatedToKeyGroup",
    "TooManyDistributionsAssociatedToOriginAccessControl",
    "TooManyDistributionsAssociatedToOriginRequestPolicy",
    "TooManyDistributionsAssociatedToResponseHeadersPolicy",
    "TooManyDistributionsWithFunctionAssociations",
    "TooManyDistributionsWithLambdaAssociations",
    "TooManyDistributionsWithSingleFunctionARN",
    "TooManyFunctionAssociations",
    "TooManyHeadersInForwardedValues",
    "TooManyKeyGroupsAssociatedToDistribution",
    "TooManyLambdaFunctionAssociations",
    "TooManyOriginCustomHeaders",
    "TooManyOriginGroupsPerDistribution",
    "TooManyOrigins",
    "TooManyQueryStringParameters",
    "TooManyTrustedSigners",
)

_CONFIGURATION = (
    "ContinuousDeploymentPolicyInUse",
    "EntityNotFound",
    "IllegalFieldLevelEncryptionConfigAssociationWithCacheBehavior",
    "IllegalOriginAccessConfiguration",
    "InconsistentQuantities",
    "InvalidArgument",
    "InvalidDefaultRootObject",
    "InvalidDomainNameForOriginAccessControl",
    "InvalidErrorCode",
    "InvalidForwardCookies",
    "InvalidFunctionAssociation",
    "InvalidGeoRestrictionParameter",
    "InvalidHeadersForS3Origin",
    "InvalidLambdaFunctionAssociation",
    "InvalidLocationCode",
    "InvalidMinimumProtocolVersion",
    "InvalidOrigin",
    "InvalidOriginAccessControl",
    "InvalidOriginAccessIdentity",
    "InvalidOriginKeepaliveTimeout",
    "InvalidOriginReadTimeout",
    "InvalidProtocolSettings",
    "InvalidQueryStringParameters",
    "InvalidRelativePath",
    "InvalidRequiredProtocol",
    "InvalidResponseCode",
    "InvalidTTLOrder",
    "InvalidWebACLId",
    "MalformedXML",
    "MissingBody",
    "NoSuchCachePolicy",
    "NoSuchContinuousDeploymentPolicy",
    "NoSuchFieldLevelEncryptionConfig",
    "NoSuchOrigin",
    "NoSuchOriginRequestPolicy",
    "NoSuchRealtimeLogConfig",
    "NoSuchResponseHeadersPolicy",
    "RealtimeLogConfigOwnerMismatch",
    "TrustedKeyGroupDoesNotExist",
    "TrustedSignerDoesNotExist",
)

CREATE_MEANINGS: dict[str, type[CloudFrontExtensionsError]] = {
    "DistributionAlreadyExists": CallerReferenceUsed,
    "CNAMEAlreadyExists": AliasInUse,
    # A certificate that ACM has just issued is refused like this for a short while, so the workflow tries again.
    "InvalidViewerCertificate": CertificateNotIssued,
    "InvalidTagging": InvalidInput,
    "AccessDenied": AwsRefused,
    **dict.fromkeys(_QUOTAS, QuotaWouldBeExceeded),
    **dict.fromkeys(_CONFIGURATION, InvalidDistributionConfig),
}
"""Error code → what it is here. Codes that are not in it are throttling, service errors, or `AwsRefused`."""
