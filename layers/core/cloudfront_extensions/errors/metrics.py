"""Logs, their queries, and metrics."""

from __future__ import annotations

from cloudfront_extensions.errors.base import CloudFrontExtensionsError


class RowsOutOfOrder(CloudFrontExtensionsError):
    """The result of a scan of the logs has the rows of a distribution in two places: its figures would overwrite each other."""

    next_action = "Report the statement of the query; its result must be ordered by folder and edge domain."


class RefreshSuperseded(CloudFrontExtensionsError):
    """Another refresh of the metrics has begun: the figures of this one are no longer the newest, and are not stored."""

    next_action = "Nothing: the other refresh counts the same folders."


class QueryFailed(CloudFrontExtensionsError):
    """Athena could not do the query of a refresh, for a reason that trying again won't change. Nothing is lost."""

    next_action = "Read Athena's words in the reason and put it right; the next refresh takes the same folders again."


class QueryCancelled(CloudFrontExtensionsError):
    """Somebody stopped the query of a refresh. Nothing is lost."""

    next_action = "Wait for the next refresh, which takes the same folders again, or start metrics_refresh with {}."


class QueryTimedOut(CloudFrontExtensionsError):
    """Athena had queued or run the query of a refresh for longer than the workflow waits. Nothing is lost."""

    next_action = "See which queries are queued in Athena. The next refresh takes the same folders again."


class QueryThrottled(CloudFrontExtensionsError):
    """Athena took no query of a refresh, however often it was asked: others of the account ask too much. Nothing is lost."""

    next_action = "Look at who queries Athena in this account. The next refresh takes the same folders again."


class QueryTooLarge(CloudFrontExtensionsError):
    """One folder alone has more bytes than a query of a refresh may read. Nothing is lost."""

    next_action = "Raise the stack's parameter ScanLimitGigabytes; the next refresh takes the folder again."


class UnreadableFiles(CloudFrontExtensionsError):
    """A refresh has set aside as many unreadable log files as it may, and there are more. Nothing is lost."""

    next_action = "Look at the files under unreadable/ in the logs bucket. The next refresh goes on with the others."


class LogDeliveryIncomplete(CloudFrontExtensionsError):
    """A change of log delivery went through, but not for every distribution; the message names them and the report."""

    next_action = "Put right what the report says, and start log_delivery again; what is done already stays as it is."


class ExportNotFound(CloudFrontExtensionsError):
    """There is no export of metrics of this id, or it was so long ago that nobody remembers it."""

    next_action = "Start it again."
