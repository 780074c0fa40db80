"""Data Firehose: records gather, are transformed and are written to S3 as on AWS, as the delivery stream's role.

MiniStack writes each record by itself as soon as it comes, uncompressed and by nobody, goes on with records that the function
refused or did not answer about, and leaves out what failed. Delivery streams, their descriptions and their tags stay
MiniStack's, and so does what it does for other destinations, dynamic partitioning and format conversion.
"""

from __future__ import annotations

from localaws.server.firehose import checks, deliveries, sources
from localaws.server.seams import on_reset, wrap
from localaws.server.settings import Settings


def install(settings: Settings) -> None:
    from ministack.services import firehose

    wrap(firehose, "_create_delivery_stream", sources.from_now_on)
    for name, operation in (
        ("_create_delivery_stream", "CreateDeliveryStream"),
        ("_update_destination", "UpdateDestination"),
    ):
        wrap(firehose, name, checks.unless_refused)
        firehose._HANDLERS[operation] = getattr(firehose, name)
    deliveries.use(settings)
    firehose.ingest_from_kinesis_source = sources.read_what_is_new
    wrap(firehose, "_deliver_records_to_s3", deliveries.gathered)
    on_reset(firehose, deliveries.forget)
    on_reset(firehose, sources.forget)
