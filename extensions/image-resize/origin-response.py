"""Makes a picture of a size that a bucket does not have yet: /400x300/photos/a.jpg from /photos/a.jpg, and stores it."""

import base64
import io
import re
from typing import NamedTuple
from urllib.parse import unquote

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

SIZED = re.compile(r"([1-9][0-9]{0,3})x([1-9][0-9]{0,3})/(.+)", re.ASCII | re.DOTALL)
BUCKET = re.compile(r"(.+)\.s3(?:[.-][a-z0-9-]+)?\.amazonaws\.com")
LARGEST_SOURCE = 30_000_000  # bytes
LARGEST_BODY = 1_000_000  # of the 1 MB of a generated response, in base64
CONFIG = Config(connect_timeout=2, read_timeout=10, retries={"total_max_attempts": 2})
SAVING = {"JPEG": {"quality": 85, "optimize": True}, "PNG": {"optimize": True}, "WEBP": {"quality": 80}}
OF_ERROR = ("cache-control", "content-length", "content-type")


class TooLarge(Exception):
    """The source is larger than a function should open."""


class NoPicture(Exception):
    """There is nothing to make a picture of."""


class Settings(NamedTuple):
    """What the custom headers of the origin say."""

    sizes: frozenset[str]
    formats: tuple[str, ...]
    pixels: int

    @classmethod
    def of(cls, origin: dict) -> "Settings":
        headers = origin.get("customHeaders", {})

        def setting(name: str, default: str) -> str:
            return headers.get(name, [{"value": default}])[0]["value"]

        formats = (name.strip().upper() for name in setting("x-resize-formats", "jpeg,png,webp").split(","))
        pixels = setting("x-resize-max-pixels", "")
        return cls(
            frozenset(size.strip() for size in setting("x-resize-sizes", "").split(",")),
            tuple(name for name in formats if name in SAVING),
            int(pixels) if re.fullmatch("[0-9]{1,8}", pixels) else 40_000_000,
        )


class Picture(NamedTuple):
    """What is asked for, and where its source and itself lie."""

    bucket: str
    region: str
    source: str
    key: str
    width: int
    height: int


def picture_asked_for(uri: str, origin: dict, sizes: frozenset[str]) -> Picture | None:
    """None for whatever is no picture of an allowed size in a bucket."""
    path = unquote(uri.removeprefix("/"), errors="strict")
    bucket, sized = BUCKET.fullmatch(origin["domainName"]), SIZED.fullmatch(path)
    if not bucket or not sized or f"{sized[1]}x{sized[2]}" not in sizes or SIZED.fullmatch(sized[3]):
        return None
    prefix = origin["path"].removeprefix("/") + "/" if origin["path"] else ""
    region = origin.get("region") or "us-east-1"
    return Picture(bucket[1], region, prefix + sized[3], prefix + path, int(sized[1]), int(sized[2]))


def resized(source: bytes, picture: Picture, settings: Settings) -> tuple[bytes, str]:
    """The picture, whole and upright within its size, never enlarged, without metadata; and its content type."""
    from PIL import Image, ImageOps  # only here: most errors need no picture

    try:
        with Image.open(io.BytesIO(source), formats=settings.formats) as image:
            if image.width * image.height > settings.pixels:
                raise TooLarge
            kind, profile = image.format or "", image.info.get("icc_profile")
            side = 2 * max(picture.width, picture.height)
            image.draft(None, (side, side))  # a JPEG need not be unpacked in full
            upright = ImageOps.exif_transpose(image)
            small = upright.convert("RGBA") if upright.mode == "P" else upright
            small.thumbnail((picture.width, picture.height))
            made = io.BytesIO()
            small.save(made, kind, icc_profile=profile, **SAVING[kind])
    except Image.DecompressionBombError:
        raise TooLarge from None
    except (OSError, ValueError, SyntaxError, KeyError, EOFError):
        raise NoPicture from None
    return made.getvalue(), f"image/{kind.lower()}"


def made(picture: Picture, settings: Settings) -> tuple[bytes, dict[str, str]]:
    """The picture, which is stored beside its source, and its headers."""
    store = boto3.client("s3", region_name=picture.region, config=CONFIG)
    try:
        source = store.get_object(Bucket=picture.bucket, Key=picture.source)
        if source["ContentLength"] > LARGEST_SOURCE:
            raise TooLarge
        body, content_type = resized(source["Body"].read(), picture, settings)
        caching = source.get("CacheControl", "max-age=86400")
        where = {"Bucket": picture.bucket, "Key": picture.key}
        store.put_object(**where, Body=body, ContentType=content_type, CacheControl=caching)
    except (BotoCoreError, ClientError):
        raise NoPicture from None
    return body, {"content-type": content_type, "cache-control": caching}


def replaced(response: dict, status: str, description: str, new: dict[str, str], body: bytes = b"") -> dict:
    kept = {name: values for name, values in response["headers"].items() if name not in OF_ERROR}
    return {
        "status": status,
        "statusDescription": description,
        "headers": {**kept, **{name: [{"key": name, "value": value}] for name, value in new.items()}},
        "body": base64.b64encode(body).decode(),
        "bodyEncoding": "base64",
    }


def handler(event: dict, context: object) -> dict:
    exchange = event["Records"][0]["cf"]
    request, response = exchange["request"], exchange["response"]
    origin = request.get("origin", {}).get("s3")
    if str(response["status"]) not in ("403", "404") or request["method"] not in ("GET", "HEAD") or not origin:
        return response
    settings = Settings.of(origin)
    try:
        picture = picture_asked_for(request["uri"], origin, settings.sizes)
        if picture is None:
            return response
        body, headers = made(picture, settings)
    except (NoPicture, UnicodeDecodeError):
        return response
    except TooLarge:
        return replaced(response, "400", "Bad Request", {"content-type": "text/plain"}, b"The picture is too large.")
    if len(body) * 4 / 3 > LARGEST_BODY:
        return replaced(response, "302", "Found", {"location": request["uri"], "cache-control": "no-store"})
    return replaced(response, "200", "OK", headers, body if request["method"] == "GET" else b"")
