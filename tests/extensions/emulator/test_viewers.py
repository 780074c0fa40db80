"""What CloudFront tells of a viewer."""

from __future__ import annotations

import pytest

from extensions.harness.emulator.viewers import Viewer, cloudfront_headers, viewer_of

IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/15E148"
ANDROID = "Mozilla/5.0 (Linux; Android 15; Pixel 9) Mobile Safari/537.36"
IPAD = "Mozilla/5.0 (iPad; CPU OS 18_0 like Mac OS X)"
DESKTOP = "Mozilla/5.0 (X11; Linux x86_64)"


@pytest.mark.parametrize(
    ("device", "user_agent", "is_true"),
    [
        ("", DESKTOP, {"desktop"}),
        ("", "", {"desktop"}),
        ("", IPHONE, {"mobile", "ios"}),
        ("", ANDROID, {"mobile", "android"}),
        ("", IPAD, {"tablet", "ios"}),
        ("tablet", DESKTOP, {"tablet"}),
        ("android", DESKTOP, {"mobile", "android"}),
    ],
)
def test_the_device_is_the_emulated_one_or_what_the_user_agent_says(
    device: str, user_agent: str, is_true: set[str]
) -> None:
    told = cloudfront_headers(Viewer("203.0.113.7", 50000, device=device), user_agent)

    assert {name for name in told if told[name] == ("true",)} == {f"cloudfront-is-{one}-viewer" for one in is_true}


def test_a_client_says_who_it_is() -> None:
    sent = {"x-emulate-ip": ("2001:db8::1",), "x-emulate-country": ("FR",), "x-emulate-city": ("Paris",)}
    told = cloudfront_headers(viewer_of(sent, "127.0.0.1", 50000), "")

    assert told["cloudfront-viewer-address"] == ("[2001:db8::1]:50000",)
    assert told["cloudfront-viewer-country"] == ("FR",)
    assert told["cloudfront-viewer-city"] == ("Paris",)


def test_who_does_not_say_is_in_the_default_country() -> None:
    default = viewer_of({}, "127.0.0.1", 50000, "DE")

    assert cloudfront_headers(default, "")["cloudfront-viewer-country"] == ("DE",)
    assert "cloudfront-viewer-country" not in cloudfront_headers(viewer_of({}, "127.0.0.1", 50000), "")
