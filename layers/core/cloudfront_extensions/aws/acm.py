"""Certificates in ACM: ask for one, look at one by its ARN, find one again by its tags."""

from __future__ import annotations

from typing import Any

from cloudfront_extensions.aws.clients import client
from cloudfront_extensions.aws.deployment_tag import deployment, own_tag_filters, with_deployment
from cloudfront_extensions.aws.failures import aws_call
from cloudfront_extensions.certificates.outcome import Certificate
from cloudfront_extensions.certificates.request import CertificateRequest, idempotency_token
from cloudfront_extensions.certificates.validation import named_records
from cloudfront_extensions.errors import CertificateNotFound, CloudFrontExtensionsError


class AcmCertificates:
    def __init__(self, acm: Any = None, tagging: Any = None) -> None:
        self._given_acm = acm
        self._given_tagging = tagging

    def request(self, request: CertificateRequest, attempt: int) -> str:
        """Ask for a certificate with DNS validation; its ARN, the same one for the same attempt within an hour.

        Raises QuotaWouldBeExceeded, InvalidInput, AwsThrottled, AwsUnavailable, AwsRefused.
        """
        first, *others = request.names
        with aws_call("RequestCertificate", first):
            answer = self._acm.request_certificate(
                DomainName=first,
                ValidationMethod="DNS",
                IdempotencyToken=idempotency_token(request, attempt, deployment()),
                KeyAlgorithm=request.key_algorithm.value,
                Tags=[{"Key": key, "Value": value} for key, value in with_deployment(request.all_tags).items()],
                **({"SubjectAlternativeNames": others} if others else {}),
            )
        return str(answer["CertificateArn"])

    def describe(self, arn: str, not_found: type[CloudFrontExtensionsError] = CertificateNotFound) -> Certificate:
        """Raises `not_found` where ACM does not know the ARN, which it may not for seconds after the request."""
        with aws_call("DescribeCertificate", arn, {"ResourceNotFoundException": not_found}):
            answer = self._acm.describe_certificate(CertificateArn=arn)["Certificate"]
        return Certificate(
            arn=arn,
            names=tuple(answer.get("SubjectAlternativeNames") or (answer["DomainName"],)),
            status=answer["Status"],
            failure_reason=answer.get("FailureReason"),
            validation_records=named_records(answer.get("DomainValidationOptions", ())),
            in_use_by=tuple(answer.get("InUseBy", ())),
        )

    def tags_of(self, arn: str) -> dict[str, str]:
        """The tags of a certificate. Raises AlreadyGone where ACM does not know the ARN."""
        with aws_call("ListTagsForCertificate", arn):
            answer = self._acm.list_tags_for_certificate(CertificateArn=arn)
        return {tag["Key"]: tag.get("Value", "") for tag in answer.get("Tags", ())}

    def add_tag(self, arn: str, key: str, value: str) -> None:
        """Write a tag on a certificate, over another value of it. Raises AlreadyGone where ACM does not know the ARN."""
        with aws_call("AddTagsToCertificate", arn):
            self._acm.add_tags_to_certificate(CertificateArn=arn, Tags=[{"Key": key, "Value": value}])

    def remove_tag(self, arn: str, key: str, value: str) -> None:
        """Remove a tag, if it has this value. Raises AlreadyGone where ACM does not know the ARN."""
        with aws_call("RemoveTagsFromCertificate", arn):
            self._acm.remove_tags_from_certificate(CertificateArn=arn, Tags=[{"Key": key, "Value": value}])

    def delete(self, arn: str) -> None:
        """Raises StillInUse, and AlreadyGone where ACM does not know the ARN."""
        with aws_call("DeleteCertificate", arn):
            self._acm.delete_certificate(CertificateArn=arn)

    def find(self, request: CertificateRequest) -> Certificate | None:
        """The certificate that was asked for this item and its names, found by tags; none that has failed or ended.

        For a request whose answer was lost and whose idempotency token may have expired; the tags make it one look-up
        in the Resource Groups Tagging API instead of a list of all certificates.
        """
        for arn in self.tagged(request.job_id, request.item_id):
            try:
                certificate = self.describe(arn)
            except CertificateNotFound:
                continue  # deleted; its tags are known a little longer
            if certificate.is_usable and set(certificate.names) == set(request.names):
                return certificate
        return None

    def tagged(self, job_id: str, item_id: str) -> list[str]:
        """The ARNs of all certificates that carry an item's tags, of any attempt; a new one is found after a while."""
        arns: list[str] = []
        parameters: dict[str, Any] = {
            "ResourceTypeFilters": ["acm:certificate"],
            "TagFilters": own_tag_filters(job_id, item_id),
        }
        while True:
            with aws_call("GetResources", f"the certificate of {job_id}/{item_id}"):
                answer = self._tagging.get_resources(**parameters)
            arns += (found["ResourceARN"] for found in answer["ResourceTagMappingList"])
            if not answer.get("PaginationToken"):
                return arns
            parameters["PaginationToken"] = answer["PaginationToken"]

    @property
    def _acm(self) -> Any:
        return self._given_acm or client("acm")

    @property
    def _tagging(self) -> Any:
        return self._given_tagging or client("resourcegroupstaggingapi")
