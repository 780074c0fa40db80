"""Everything that can go wrong, named by situation.

The class name is the error name that state machines retry and catch; the message says what happened, to what; `next_action`
says what a person does about it, and stands in the item's record and the report. `retryable` errors leave a stage
UNKNOWN ("could not ask") where all others leave it FAILED.
"""

# ruff: noqa: F403 - each name is imported from here, whatever it is about
from cloudfront_extensions.errors.aws import *
from cloudfront_extensions.errors.base import *
from cloudfront_extensions.errors.batches import *
from cloudfront_extensions.errors.certificates import *
from cloudfront_extensions.errors.configuration import *
from cloudfront_extensions.errors.distributions import *
from cloudfront_extensions.errors.extensions import *
from cloudfront_extensions.errors.jobs import *
from cloudfront_extensions.errors.key_bundles import *
from cloudfront_extensions.errors.metrics import *
from cloudfront_extensions.errors.prewarming import *
from cloudfront_extensions.errors.requests import *
