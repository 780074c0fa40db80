"""The DNS records that prove control of a job's names: as documents, as CSV, and as the text of a zone file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar, cast

from cloudfront_extensions.aws.job_store import JobStore
from cloudfront_extensions.errors import InvalidInput
from cloudfront_extensions.fields import described
from cloudfront_extensions.jobs.announcement import (
    AnnouncedRecord,
    announced_records,
    as_csv,
    as_document,
    as_zone_file,
)
from cloudfront_extensions.operations.job_answers import RecordForm, RecordsDocument, RecordsInForms
from cloudfront_extensions.operations.jobs import existing, known_id
from cloudfront_extensions.operations.sizes import fitting

AnswerT = TypeVar("AnswerT")


def list_validation_records(job_id: str) -> RecordsDocument:
    """The DNS records of a job's certificates, each once. Raises JobNotFound, AnswerTooLarge."""
    return list_validation_records_in(job_id, ())


def validation_records_text(job_id: str, form: str) -> str:
    """The same as text, in one of RecordForm. Raises JobNotFound, InvalidInput, AnswerTooLarge."""
    wanted = _form(form, "format")
    return _fitting(_written(job_id, _announced(job_id), wanted), job_id)


def list_validation_records_in(job_id: str, forms: Iterable[str]) -> RecordsInForms:
    """The records, and as text in each of these forms too, all from one reading. Raises as `validation_records_text`."""
    wanted = {_form(form, "forms") for form in forms}
    records = _announced(job_id)
    answer = cast(RecordsInForms, as_document(job_id, records))
    for form in wanted:
        answer[form.value] = _written(job_id, records, form)
    return _fitting(answer, job_id)


def _announced(job_id: str) -> tuple[AnnouncedRecord, ...]:
    store = JobStore()
    items = list(store.items(known_id(job_id)))
    if not items:
        existing(job_id, store)
    return announced_records(items)


def _form(text: str, field: str) -> RecordForm:
    try:
        return RecordForm(text)
    except ValueError:
        raise InvalidInput(f"{field}: {described(text)}; give one of {', '.join(RecordForm)}") from None


def _written(job_id: str, records: Iterable[AnnouncedRecord], form: RecordForm) -> str:
    return as_csv(records) if form is RecordForm.CSV else as_zone_file(job_id, records)


def _fitting(answer: AnswerT, job_id: str) -> AnswerT:
    return fitting(answer, f"the validation records of job {job_id}", "Take the files that getJobReport leads to.")
