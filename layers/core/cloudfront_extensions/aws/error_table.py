"""What every error of ACM and CloudFront means: a row for each code that AWS documents for an operation called here.

A row names the error that is raised and says whether trying again helps. Codes that any operation may answer (throttling,
service errors, expired signatures) are in `failures`; what is in neither is refused for good.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import NamedTuple

from cloudfront_extensions.errors import (
    AliasInUse,
    AwsRefused,
    AwsThrottled,
    AwsUnavailable,
    CertificateNotFound,
    CertificateNotIssued,
    CloudFrontExtensionsError,
    DistributionNotFound,
    FunctionTestFailed,
    InvalidDistributionConfig,
    InvalidInput,
    QuotaWouldBeExceeded,
    SourceConfigNotFound,
)


class Kind(Enum):
    RETRYABLE = "retryable"
    """The workflow's state tries again: its Retry names the error."""
    PERMANENT = "permanent"
    """Trying again gets the same answer."""
    ALREADY_DONE = "already done"
    """An earlier try did it; its result is found and adopted."""


class Meaning(NamedTuple):
    kind: Kind
    error: type[CloudFrontExtensionsError]


class CallerReferenceUsed(CloudFrontExtensionsError):
    """A distribution with this caller reference was created before; to be adopted, never seen outside the adapters."""


class AliasNotCovered(CloudFrontExtensionsError):
    """The certificate of the distribution asked through does not cover the alias; never seen outside the adapters."""


class AlreadyGone(CloudFrontExtensionsError):
    """What was to be taken back, or asked about, is not there; never seen outside the adapters."""


class EtagMoved(CloudFrontExtensionsError):
    """A distribution's configuration, or a function, has been changed since it was read; never seen outside the adapters."""


class NotYetDisabled(CloudFrontExtensionsError):
    """A distribution can't be deleted while it is enabled, or being disabled; never seen outside the adapters."""


class StillInUse(CloudFrontExtensionsError):
    """Something refers to what was to be deleted; never seen outside the adapters."""


class StagingInUse(CloudFrontExtensionsError):
    """A continuous deployment policy names the staging distribution already; to be adopted, never seen outside the adapters."""


class NotOursToAsk(CloudFrontExtensionsError):
    """The distribution asked through is not there, or not for us to ask; never seen outside the adapters."""


def _rows(kind: Kind, error: type[CloudFrontExtensionsError], *codes: str) -> dict[str, Meaning]:
    return dict.fromkeys(codes, Meaning(kind, error))


_CREATE_DISTRIBUTION = {
    **_rows(Kind.ALREADY_DONE, CallerReferenceUsed, "DistributionAlreadyExists"),
    # A certificate that ACM has just issued is refused like this for a short while.
    **_rows(Kind.RETRYABLE, CertificateNotIssued, "InvalidViewerCertificate"),
    **_rows(Kind.PERMANENT, AliasInUse, "CNAMEAlreadyExists"),
    **_rows(Kind.PERMANENT, InvalidInput, "InvalidTagging"),
    **_rows(Kind.PERMANENT, AwsRefused, "AccessDenied"),
    **_rows(
        Kind.PERMANENT,
        QuotaWouldBeExceeded,
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
    ),
    **_rows(
        Kind.PERMANENT,
        InvalidDistributionConfig,
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
    ),
}

_UPDATE_DISTRIBUTION = {
    **dict.fromkeys(
        _CREATE_DISTRIBUTION.keys()
        - {
            "DistributionAlreadyExists",
            "InvalidOrigin",
            "InvalidProtocolSettings",
            "InvalidTagging",
            "TooManyDistributions",
        },
        Meaning(Kind.PERMANENT, AwsRefused),
    ),
    **_rows(Kind.ALREADY_DONE, AlreadyGone, "NoSuchDistribution"),
    **_rows(Kind.PERMANENT, EtagMoved, "InvalidIfMatchVersion", "PreconditionFailed"),
    **_rows(Kind.PERMANENT, AwsRefused, "IllegalUpdate", "StagingDistributionInUse"),
}
"""Called with a configuration that CloudFront has taken before, or to disable: what one may not be is in AWS's words."""

_OF_OTHER_WRITES = frozenset(
    {
        "ContinuousDeploymentPolicyInUse",
        "IllegalOriginAccessConfiguration",
        "InvalidDomainNameForOriginAccessControl",
        "NoSuchContinuousDeploymentPolicy",
    }
)
"""Codes that neither a copy nor a promotion has."""

_COPY_DISTRIBUTION = {
    **dict.fromkeys(
        _CREATE_DISTRIBUTION.keys() - _OF_OTHER_WRITES - {"EntityNotFound", "InvalidTagging"},
        Meaning(Kind.PERMANENT, AwsRefused),
    ),
    **_rows(Kind.ALREADY_DONE, CallerReferenceUsed, "DistributionAlreadyExists"),
    **_rows(Kind.PERMANENT, EtagMoved, "InvalidIfMatchVersion", "PreconditionFailed"),
    **_rows(Kind.ALREADY_DONE, AlreadyGone, "NoSuchDistribution"),
    **_rows(Kind.PERMANENT, QuotaWouldBeExceeded, "TooManyDistributions"),
}

_PROMOTE_STAGING = {
    **dict.fromkeys(
        _UPDATE_DISTRIBUTION.keys() - _OF_OTHER_WRITES - {"StagingDistributionInUse"},
        Meaning(Kind.PERMANENT, AwsRefused),
    ),
    **_rows(Kind.PERMANENT, EtagMoved, "InvalidIfMatchVersion", "PreconditionFailed"),
    **_rows(Kind.ALREADY_DONE, AlreadyGone, "NoSuchDistribution"),
    **_rows(Kind.PERMANENT, QuotaWouldBeExceeded, "EntityLimitExceeded"),
}

_CHANGE_TAGS = {
    **_rows(Kind.ALREADY_DONE, AlreadyGone, "ResourceNotFoundException"),
    **_rows(Kind.RETRYABLE, AwsThrottled, "ThrottlingException"),
    **_rows(
        Kind.PERMANENT,
        AwsRefused,
        "InvalidArnException",
        "InvalidParameterException",
        "InvalidTagException",
        "TagPolicyException",
        "ValidationException",
    ),
}
"""The tags are the library's own: no input is to blame for them."""

ERRORS: Mapping[str, Mapping[str, Meaning]] = {
    "RequestCertificate": {
        **_rows(Kind.PERMANENT, QuotaWouldBeExceeded, "LimitExceededException"),
        **_rows(Kind.PERMANENT, InvalidInput, "InvalidTagException", "TagPolicyException", "TooManyTagsException"),
        **_rows(
            Kind.PERMANENT,
            AwsRefused,
            "InvalidArnException",
            "InvalidDomainValidationOptionsException",
            "InvalidParameterException",
        ),
    },
    "DescribeCertificate": {
        **_rows(Kind.PERMANENT, CertificateNotFound, "ResourceNotFoundException"),
        **_rows(Kind.PERMANENT, AwsRefused, "InvalidArnException", "ValidationException"),
    },
    "ImportCertificate": {
        # Another change of the same certificate is under way.
        **_rows(Kind.RETRYABLE, AwsUnavailable, "ConflictException"),
        **_rows(Kind.PERMANENT, QuotaWouldBeExceeded, "LimitExceededException"),
        **_rows(Kind.PERMANENT, InvalidInput, "InvalidTagException", "TagPolicyException", "TooManyTagsException"),
        **_rows(Kind.PERMANENT, CertificateNotFound, "ResourceNotFoundException"),
        **_rows(Kind.PERMANENT, AwsRefused, "InvalidArnException", "InvalidParameterException", "ValidationException"),
    },
    "GetCertificate": {
        **_rows(Kind.PERMANENT, CertificateNotFound, "ResourceNotFoundException"),
        **_rows(Kind.PERMANENT, AwsRefused, "InvalidArnException", "RequestInProgressException", "ValidationException"),
    },
    "ListCertificates": _rows(Kind.PERMANENT, AwsRefused, "InvalidArgsException", "ValidationException"),
    "DeleteCertificate": {
        **_rows(Kind.ALREADY_DONE, AlreadyGone, "ResourceNotFoundException"),
        **_rows(Kind.PERMANENT, StillInUse, "ResourceInUseException"),
        **_rows(Kind.RETRYABLE, AwsUnavailable, "ConflictException"),
        **_rows(Kind.RETRYABLE, AwsThrottled, "ThrottlingException"),
        **_rows(Kind.PERMANENT, AwsRefused, "AccessDeniedException", "InvalidArnException", "ValidationException"),
    },
    "ListTagsForCertificate": {
        **_rows(Kind.ALREADY_DONE, AlreadyGone, "ResourceNotFoundException"),
        **_rows(Kind.PERMANENT, AwsRefused, "InvalidArnException", "ValidationException"),
    },
    "AddTagsToCertificate": {**_CHANGE_TAGS, **_rows(Kind.PERMANENT, AwsRefused, "TooManyTagsException")},
    "RemoveTagsFromCertificate": _CHANGE_TAGS,
    "CreateDistributionWithTags": _CREATE_DISTRIBUTION,
    "UpdateDistribution": _UPDATE_DISTRIBUTION,
    "DeleteDistribution": {
        **_rows(Kind.ALREADY_DONE, AlreadyGone, "NoSuchDistribution"),
        **_rows(Kind.PERMANENT, EtagMoved, "InvalidIfMatchVersion", "PreconditionFailed"),
        **_rows(Kind.PERMANENT, NotYetDisabled, "DistributionNotDisabled"),
        **_rows(Kind.PERMANENT, StillInUse, "ResourceInUse"),
        **_rows(Kind.PERMANENT, AwsRefused, "AccessDenied"),
    },
    "CopyDistribution": _COPY_DISTRIBUTION,
    "UpdateDistributionWithStagingConfig": _PROMOTE_STAGING,
    "CreateContinuousDeploymentPolicy": {
        **_rows(Kind.ALREADY_DONE, StagingInUse, "StagingDistributionInUse"),
        **_rows(Kind.PERMANENT, QuotaWouldBeExceeded, "TooManyContinuousDeploymentPolicies"),
        **_rows(
            Kind.PERMANENT,
            AwsRefused,
            "AccessDenied",
            "ContinuousDeploymentPolicyAlreadyExists",
            "InconsistentQuantities",
            "InvalidArgument",
        ),
    },
    "ListContinuousDeploymentPolicies": _rows(
        Kind.PERMANENT, AwsRefused, "AccessDenied", "InvalidArgument", "NoSuchContinuousDeploymentPolicy"
    ),
    "GetContinuousDeploymentPolicy": {
        **_rows(Kind.ALREADY_DONE, AlreadyGone, "NoSuchContinuousDeploymentPolicy"),
        **_rows(Kind.PERMANENT, AwsRefused, "AccessDenied"),
    },
    "DeleteContinuousDeploymentPolicy": {
        **_rows(Kind.ALREADY_DONE, AlreadyGone, "NoSuchContinuousDeploymentPolicy"),
        **_rows(Kind.PERMANENT, EtagMoved, "InvalidIfMatchVersion", "PreconditionFailed"),
        **_rows(Kind.PERMANENT, StillInUse, "ContinuousDeploymentPolicyInUse"),
        **_rows(Kind.PERMANENT, AwsRefused, "AccessDenied", "InvalidArgument"),
    },
    "ListTagsForResource": {
        **_rows(Kind.ALREADY_DONE, AlreadyGone, "NoSuchResource"),
        **_rows(Kind.PERMANENT, AwsRefused, "AccessDenied", "InvalidArgument", "InvalidTagging"),
    },
    "GetDistribution": {
        **_rows(Kind.PERMANENT, DistributionNotFound, "NoSuchDistribution"),
        **_rows(Kind.PERMANENT, AwsRefused, "AccessDenied"),
    },
    "CreateInvalidation": {
        **_rows(Kind.RETRYABLE, AwsThrottled, "TooManyInvalidationsInProgress"),
        **_rows(Kind.PERMANENT, DistributionNotFound, "NoSuchDistribution"),
        **_rows(Kind.PERMANENT, InvalidInput, "BatchTooLarge", "InvalidArgument"),
        **_rows(Kind.PERMANENT, AwsRefused, "AccessDenied", "InconsistentQuantities", "MissingBody"),
    },
    "GetInvalidation": {
        **_rows(Kind.PERMANENT, DistributionNotFound, "NoSuchDistribution"),
        **_rows(Kind.PERMANENT, AwsRefused, "AccessDenied", "NoSuchInvalidation"),
    },
    "GetDistributionConfig": {
        **_rows(Kind.PERMANENT, SourceConfigNotFound, "NoSuchDistribution"),
        **_rows(Kind.PERMANENT, AwsRefused, "AccessDenied"),
    },
    "ListDistributions": _rows(Kind.PERMANENT, AwsRefused, "InvalidArgument"),
    "ListFunctions": _rows(Kind.PERMANENT, AwsRefused, "InvalidArgument", "UnsupportedOperation"),
    "DescribeFunction": {
        **_rows(Kind.PERMANENT, AlreadyGone, "NoSuchFunctionExists"),
        **_rows(Kind.PERMANENT, AwsRefused, "UnsupportedOperation"),
    },
    "PublishFunction": {
        **_rows(Kind.PERMANENT, AlreadyGone, "NoSuchFunctionExists"),
        **_rows(Kind.PERMANENT, EtagMoved, "InvalidIfMatchVersion", "PreconditionFailed"),
        **_rows(Kind.PERMANENT, AwsRefused, "InvalidArgument", "UnsupportedOperation"),
    },
    "TestFunction": {
        **_rows(Kind.PERMANENT, AlreadyGone, "NoSuchFunctionExists"),
        **_rows(Kind.PERMANENT, EtagMoved, "InvalidIfMatchVersion"),
        **_rows(Kind.PERMANENT, FunctionTestFailed, "TestFunctionFailed"),
        **_rows(Kind.PERMANENT, AwsRefused, "InvalidArgument", "UnsupportedOperation"),
    },
    "ListKeyGroups": _rows(Kind.PERMANENT, AwsRefused, "InvalidArgument"),
    "ListFieldLevelEncryptionConfigs": _rows(Kind.PERMANENT, AwsRefused, "InvalidArgument"),
    "ListRealtimeLogConfigs": _rows(
        Kind.PERMANENT, AwsRefused, "AccessDenied", "InvalidArgument", "NoSuchRealtimeLogConfig"
    ),
    "ListOriginAccessControls": _rows(Kind.PERMANENT, AwsRefused, "InvalidArgument"),
    "ListCloudFrontOriginAccessIdentities": _rows(Kind.PERMANENT, AwsRefused, "InvalidArgument"),
    "GetVpcOrigin": {
        **_rows(Kind.PERMANENT, AlreadyGone, "EntityNotFound", "InvalidArgument"),
        **_rows(Kind.PERMANENT, AwsRefused, "AccessDenied", "UnsupportedOperation"),
    },
    "ListConflictingAliases": {
        **_rows(Kind.PERMANENT, AliasNotCovered, "InvalidArgument"),
        **_rows(Kind.PERMANENT, NotOursToAsk, "NoSuchDistribution"),
    },
    "ListCachePolicies": _rows(Kind.PERMANENT, AwsRefused, "AccessDenied", "InvalidArgument", "NoSuchCachePolicy"),
    "ListOriginRequestPolicies": _rows(
        Kind.PERMANENT, AwsRefused, "AccessDenied", "InvalidArgument", "NoSuchOriginRequestPolicy"
    ),
    "ListResponseHeadersPolicies": _rows(
        Kind.PERMANENT, AwsRefused, "AccessDenied", "InvalidArgument", "NoSuchResponseHeadersPolicy"
    ),
}
"""Operation → error code → what it is here."""
