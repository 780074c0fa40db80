"""Services that can be told to fail, and that count what they were asked."""

from __future__ import annotations

from collections import Counter
from typing import Any

from botocore.exceptions import ClientError


def client_error(code: str, message: str = "told to fail", status: int = 400) -> ClientError:
    answer: Any = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, "Operation")


class FakeAcm:
    """ACM, and the tagging API for its certificates; a certificate has a record for each name from the start."""

    def __init__(self) -> None:
        self.certificates: dict[str, dict[str, Any]] = {}
        self.calls: Counter[str] = Counter()
        self.failures: list[ClientError] = []
        """Raised by the next calls, one each, before anything is done."""
        self.lost_answers: list[ClientError] = []
        """Raised by the next requests, one each, after the certificate was made."""
        self.deleted: set[str] = set()
        """Certificates that ACM has forgotten and the tagging API has not yet."""
        self._tokens: dict[str, str] = {}

    def request_certificate(self, **parameters: Any) -> dict[str, Any]:
        self._called("RequestCertificate")
        arn = self._tokens.get(parameters["IdempotencyToken"]) or self._made(parameters)
        if self.lost_answers:
            raise self.lost_answers.pop(0)
        return {"CertificateArn": arn}

    def describe_certificate(self, CertificateArn: str) -> dict[str, Any]:  # noqa: N803
        self._called("DescribeCertificate")
        if CertificateArn not in self.certificates or CertificateArn in self.deleted:
            raise client_error("ResourceNotFoundException")
        return {"Certificate": self.certificates[CertificateArn]}

    def get_resources(self, **parameters: Any) -> dict[str, Any]:
        """One certificate a page."""
        self._called("GetResources")
        wanted = {tag["Key"]: tag["Values"] for tag in parameters["TagFilters"]}
        found = [
            arn
            for arn, certificate in self.certificates.items()
            if all(certificate["Tags"].get(key) in values for key, values in wanted.items())
        ]
        page = int(parameters.get("PaginationToken") or 0)
        return {
            "ResourceTagMappingList": [{"ResourceARN": arn} for arn in found[page : page + 1]],
            "PaginationToken": str(page + 1) if page + 1 < len(found) else "",
        }

    def forget_tokens(self) -> None:
        """What an hour does."""
        self._tokens.clear()

    def set_status(self, arn: str, status: str, **fields: Any) -> None:
        self.certificates[arn].update(Status=status, **fields)

    def _called(self, operation: str) -> None:
        self.calls[operation] += 1
        if self.failures:
            raise self.failures.pop(0)

    def _made(self, parameters: dict[str, Any]) -> str:
        names = [parameters["DomainName"], *parameters.get("SubjectAlternativeNames", ())]
        arn = f"arn:aws:acm:us-east-1:111122223333:certificate/{len(self.certificates)}"
        self.certificates[arn] = {
            "CertificateArn": arn,
            "DomainName": names[0],
            "SubjectAlternativeNames": names,
            "Status": "PENDING_VALIDATION",
            "KeyAlgorithm": parameters["KeyAlgorithm"],
            "Tags": {tag["Key"]: tag["Value"] for tag in parameters["Tags"]},
            "DomainValidationOptions": [
                {
                    "DomainName": name,
                    "ResourceRecord": {
                        "Name": f"_a.{name.removeprefix('*.')}.",
                        "Type": "CNAME",
                        "Value": "_b.acm-validations.aws.",
                    },
                }
                for name in names
            ],
        }
        self._tokens[parameters["IdempotencyToken"]] = arn
        return arn


class FakeStepFunctions:
    """Task tokens that are waited for; those that are not any more answer as Step Functions does."""

    def __init__(self, *waiting: str) -> None:
        self.waiting = set(waiting)
        self.outputs: dict[str, str] = {}
        self.over: dict[str, str] = {}
        """Error code by token; TaskDoesNotExist for every token that is not known."""

    def send_task_success(self, taskToken: str, output: str) -> None:  # noqa: N803
        if taskToken in self.over:
            raise client_error(self.over[taskToken])
        if taskToken not in self.waiting:
            raise client_error("TaskTimedOut" if taskToken in self.outputs else "TaskDoesNotExist")
        self.waiting.remove(taskToken)
        self.outputs[taskToken] = output
