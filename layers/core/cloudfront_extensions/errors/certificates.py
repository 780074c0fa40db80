"""Certificates, their validation and their inventory."""

from __future__ import annotations

from cloudfront_extensions.errors.base import CloudFrontExtensionsError


class InventorySuperseded(CloudFrontExtensionsError):
    """Another run of the inventory has begun; what this one still learns is older than what that one writes."""

    next_action = "Nothing: the later run goes on."


class ValidationRecordsNotReady(CloudFrontExtensionsError):
    """ACM has not yet named the validation record of every domain name; it does so within seconds of the request."""

    next_action = "Start the job again with the same request token; ACM was slow to name the validation records."
    retryable = True


class HostedZoneNotFound(CloudFrontExtensionsError):
    """No hosted zone of this account holds a name whose records were to be written to Route 53."""

    next_action = "Create the zone, name its id, or choose manual validation."


class CertificateNotFound(CloudFrontExtensionsError):
    """ACM does not know the certificate."""

    next_action = "Check the certificate's ARN; certificates for CloudFront are in us-east-1."


class CertificateInWrongRegion(CloudFrontExtensionsError):
    """CloudFront takes certificates from us-east-1 alone."""

    next_action = "Request or import the certificate in us-east-1."


class CertificateNotIssued(CloudFrontExtensionsError):
    """A distribution was asked for with a certificate that is not (or not yet) issued."""

    next_action = "Publish its validation records, wait until the certificate is issued, and start again."


class CertificateDoesNotCoverAlias(CloudFrontExtensionsError):
    """A name that viewers shall use is not on the certificate (a wildcard covers exactly one label)."""

    next_action = "Add the name to the certificate's names, or leave it out of the aliases."


class CertificateFailed(CloudFrontExtensionsError):
    """ACM refused to issue; the message carries ACM's failure reason and what to do about that one."""

    next_action = "Do what the reason says, and start the job again with the same request token."


class CertificateValidationTimedOut(CloudFrontExtensionsError):
    """The validation records did not appear in DNS within the time that ACM allows (72 hours)."""

    next_action = (
        "Publish the validation records named in the report, and start the job again with the same request token."
    )


class CertificateRevoked(CloudFrontExtensionsError):
    """The certificate was revoked."""

    next_action = "Find out why it was revoked, then start a new job for its names."


class CertificateExpired(CloudFrontExtensionsError):
    """The certificate expired."""

    next_action = "Start a new job for its names."


class CertificateInactive(CloudFrontExtensionsError):
    """ACM has set the certificate inactive."""

    next_action = "Ask AWS Support why the certificate is inactive, or start a new job for its names."
