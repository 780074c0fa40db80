"""extensions/image-resize with real pictures and a bucket in memory."""

from __future__ import annotations

import base64
import io
from typing import Any

import pytest
from botocore.exceptions import ClientError
from PIL import Image

from tests.extensions.lambda_edge.edge_module import edge_module

ORIENTATION = 0x0112
ROTATED = 6


class Bucket:
    """The objects of one bucket; those of others are refused, as by a policy."""

    def __init__(self) -> None:
        self.objects: dict[str, dict[str, Any]] = {}

    def put_object(self, Bucket: str, Key: str, Body: bytes, **headers: str) -> None:  # noqa: N803 (the names of the API)
        if Bucket != "pictures":
            raise ClientError({"Error": {"Code": "AccessDenied"}}, "PutObject")
        self.objects[Key] = {"Body": Body, **headers}

    def get_object(self, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803 (the same)
        if Bucket != "pictures" or Key not in self.objects:
            raise ClientError({"Error": {"Code": "AccessDenied"}}, "GetObject")
        found = self.objects[Key]
        return {**found, "ContentLength": len(found["Body"]), "Body": io.BytesIO(found["Body"])}


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Bucket:
    bucket = Bucket()
    monkeypatch.setattr("boto3.client", lambda service, region_name, config: bucket)
    return bucket


@pytest.fixture
def extension(bucket: Bucket) -> Any:
    return edge_module("image-resize", "origin-response", {})


def picture(kind: str = "JPEG", size: tuple[int, int] = (800, 400), mode: str = "RGB", **options: Any) -> bytes:
    written = io.BytesIO()
    Image.new(mode, size).save(written, kind, **options)
    return written.getvalue()


def noise(size: tuple[int, int]) -> bytes:
    """A picture that hardly any format makes smaller."""
    written = io.BytesIO()
    Image.effect_noise(size, 100).save(written, "PNG")
    return written.getvalue()


def asked(extension: Any, uri: str, method: str = "GET", **origin: Any) -> dict[str, Any]:
    settings = {"x-resize-sizes": "400x300,2000x2000", **origin.pop("settings", {})}
    custom = {name: [{"key": name, "value": value}] for name, value in settings.items()}
    s3 = {"domainName": "pictures.s3.us-east-1.amazonaws.com", "region": "us-east-1", "path": "", **origin}
    request = {"method": method, "uri": uri, "headers": {}, "origin": {"s3": {**s3, "customHeaders": custom}}}
    headers = {"content-type": "application/xml", "transfer-encoding": "chunked"}
    listed = {name: [{"key": name, "value": value}] for name, value in headers.items()}
    response = {"status": "403", "statusDescription": "Forbidden", "headers": listed}
    answer: dict[str, Any] = extension.handler({"Records": [{"cf": {"request": request, "response": response}}]}, None)
    return answer


def shown(answer: dict[str, Any]) -> Image.Image:
    assert answer["status"] == "200"
    return Image.open(io.BytesIO(base64.b64decode(answer["body"])))


def header(answer: dict[str, Any], name: str) -> str:
    return str(answer["headers"][name][0]["value"])


def test_a_picture_is_made_and_stored(extension: Any, bucket: Bucket) -> None:
    bucket.put_object("pictures", "photos/a.jpg", picture(), CacheControl="max-age=60")
    answer = asked(extension, "/400x300/photos/a.jpg")
    assert shown(answer).size == (400, 200)
    assert (header(answer, "content-type"), header(answer, "cache-control")) == ("image/jpeg", "max-age=60")
    assert header(answer, "transfer-encoding") == "chunked"
    stored = bucket.objects["400x300/photos/a.jpg"]
    assert stored["Body"] == base64.b64decode(answer["body"])
    assert (stored["ContentType"], stored["CacheControl"]) == ("image/jpeg", "max-age=60")


@pytest.mark.parametrize(
    ("kind", "mode"), [("JPEG", "CMYK"), ("PNG", "RGBA"), ("PNG", "P"), ("PNG", "1"), ("WEBP", "RGBA")]
)
def test_a_picture_stays_what_it_is(extension: Any, bucket: Bucket, kind: str, mode: str) -> None:
    bucket.put_object("pictures", "a", picture(kind, mode=mode))
    small = shown(asked(extension, "/400x300/a"))
    assert (small.format, small.size) == (kind, (400, 200))


def test_a_small_picture_is_not_enlarged(extension: Any, bucket: Bucket) -> None:
    bucket.put_object("pictures", "a.png", picture("PNG", (10, 20)))
    assert shown(asked(extension, "/400x300/a.png")).size == (10, 20)


def test_a_picture_is_turned_upright_and_loses_its_metadata(extension: Any, bucket: Bucket) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = ROTATED
    bucket.put_object("pictures", "a.jpg", picture(exif=exif))
    small = shown(asked(extension, "/400x300/a.jpg"))
    assert small.size == (150, 300)
    assert not small.getexif()


def test_names_and_the_origin_path_are_those_of_the_bucket(extension: Any, bucket: Bucket) -> None:
    bucket.put_object("pictures", "site/große Fotos/a.jpg", picture())
    shown(asked(extension, "/400x300/gro%C3%9Fe%20Fotos/a.jpg", path="/site"))
    assert "site/400x300/große Fotos/a.jpg" in bucket.objects


def test_head_stores_the_picture_and_has_no_body(extension: Any, bucket: Bucket) -> None:
    bucket.put_object("pictures", "a.jpg", picture())
    answer = asked(extension, "/400x300/a.jpg", "HEAD")
    assert (answer["status"], answer["body"]) == ("200", "")
    assert "400x300/a.jpg" in bucket.objects


def test_a_picture_that_is_too_large_to_answer_with_is_fetched_from_the_bucket(extension: Any, bucket: Bucket) -> None:
    bucket.put_object("pictures", "a.png", noise((1000, 1000)))
    answer = asked(extension, "/2000x2000/a.png")
    assert (answer["status"], header(answer, "location")) == ("302", "/2000x2000/a.png")
    assert header(answer, "cache-control") == "no-store"
    assert "2000x2000/a.png" in bucket.objects


def test_a_source_of_too_many_pixels_is_refused(extension: Any, bucket: Bucket) -> None:
    bucket.put_object("pictures", "a.png", picture("PNG", (1000, 1001), "1"))
    assert asked(extension, "/400x300/a.png", settings={"x-resize-max-pixels": "1000000"})["status"] == "400"


def test_a_decompression_bomb_is_refused(extension: Any, bucket: Bucket) -> None:
    bucket.put_object("pictures", "a.png", picture("PNG", (15_000, 15_000), "1"))
    assert asked(extension, "/400x300/a.png")["status"] == "400"


def test_a_source_of_too_many_bytes_is_refused(extension: Any, bucket: Bucket) -> None:
    bucket.put_object("pictures", "a.png", bytes(30_000_001))
    assert asked(extension, "/400x300/a.png")["status"] == "400"


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(b"<svg/>", id="no picture"),
        pytest.param(picture("GIF"), id="format that is not allowed"),
        pytest.param(noise((100, 100))[:5000], id="cut off"),
        pytest.param(b"", id="empty"),
    ],
)
def test_what_is_no_picture_keeps_its_error(extension: Any, bucket: Bucket, source: bytes) -> None:
    bucket.put_object("pictures", "a.png", source)
    assert asked(extension, "/400x300/a.png")["status"] == "403"
    assert list(bucket.objects) == ["a.png"]


def test_a_picture_without_a_source_keeps_its_error(extension: Any, bucket: Bucket) -> None:
    assert asked(extension, "/400x300/a.jpg")["status"] == "403"


def test_the_bucket_of_somebody_else_keeps_its_error(extension: Any, bucket: Bucket) -> None:
    assert asked(extension, "/400x300/a.jpg", domainName="others.s3.amazonaws.com")["status"] == "403"
