"""Which certificate in ACM has a content that this library imported, and who is at it: so that none is imported twice.

| partition key          | sort key      | holds                                                             |
|------------------------|---------------|-------------------------------------------------------------------|
| `bundle#<fingerprint>` | `certificate` | the item that imports this content, since when, and then its ARN  |

A claim is written before ACM is asked, and completed after. One without an ARN that is older than any try can be stands for
a try that died: whoever comes next looks in ACM and takes it over.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from cloudfront_extensions.aws.attributes import from_attribute, to_attributes
from cloudfront_extensions.aws.clock import epoch_milliseconds
from cloudfront_extensions.aws.table import Attributes, Table
from cloudfront_extensions.jobs.records import ItemKey


@dataclass(frozen=True, slots=True)
class Claim:
    owner: ItemKey
    claimed_at: int
    """Milliseconds of the epoch."""
    arn: str | None = None

    @property
    def is_over(self) -> bool:
        """Whether no try that wrote it can still be at work."""
        return epoch_milliseconds() - self.claimed_at > 1_000 * float(os.environ["IMPORT_CLAIM_SECONDS"])


class ImportClaims:
    def __init__(self, table: Table | None = None) -> None:
        self._table = table or Table()

    def claim(self, fingerprint: str, owner: ItemKey) -> Claim | None:
        """Claim a content nobody has claimed; otherwise None, and nothing written."""
        new = Claim(owner, epoch_milliseconds())
        return new if self._table.put(_key(fingerprint), _attributes(new), only_new=True) else None

    def present(self, fingerprint: str) -> Claim | None:
        found = self._table.get(_key(fingerprint))
        if found is None:
            return None
        values = {name: from_attribute(value) for name, value in found.items()}
        return Claim(ItemKey(values["job_id"], values["item_id"]), values["claimed_at"], values.get("arn"))

    def take_over(self, fingerprint: str, before: Claim, owner: ItemKey) -> Claim | None:
        """Claim what somebody else, or an earlier try, has claimed; None when another one was first."""
        new = Claim(owner, epoch_milliseconds())
        changes = {"job_id": owner.job_id, "item_id": owner.item_id, "claimed_at": new.claimed_at, "arn": None}
        taken = self._table.update(_key(fingerprint), changes, only_if={"claimed_at": before.claimed_at})
        return new if taken else None

    def release(self, fingerprint: str, claim: Claim) -> None:
        """Forget a claim whose import certainly did not happen."""
        self._table.delete(_key(fingerprint), only_if=("claimed_at", claim.claimed_at))

    def complete(self, fingerprint: str, owner: ItemKey, arn: str) -> None:
        """Note which certificate has the content."""
        self._table.put(_key(fingerprint), _attributes(Claim(owner, epoch_milliseconds(), arn)))


def _attributes(claim: Claim) -> Attributes:
    return to_attributes(
        {
            "job_id": claim.owner.job_id,
            "item_id": claim.owner.item_id,
            "claimed_at": claim.claimed_at,
            "arn": claim.arn,
        }
    )


def _key(fingerprint: str) -> Attributes:
    return {"pk": {"S": f"bundle#{fingerprint}"}, "sk": {"S": "certificate"}}
