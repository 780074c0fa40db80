"""An extension is read from its folder, and its parameters are checked and put into its code."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from extensions.harness.folders import (
    InvalidParameter,
    NoExtension,
    code_with,
    code_with_defaults,
    read_extension,
    read_file,
)
from tests.extensions.harness.sample import CODE, write_extension


def encoded(value: str) -> str:
    return base64.b64encode(value.encode()).decode()


def test_an_extension_has_its_functions_and_parameters(tmp_path: Path) -> None:
    extension = read_extension(write_extension(tmp_path / "prefix"))

    assert extension.slug == "prefix"
    assert extension.parameters.keys() == {"Prefix", "Mode", "Status", "Host"}
    assert [(function.event, function.language) for function in extension.functions] == [
        ("viewer-request", "javascript")
    ]
    assert extension.function_at("viewer-request").source == CODE


def test_a_value_stands_in_the_code_as_base64(tmp_path: Path) -> None:
    (function,) = read_extension(write_extension(tmp_path / "prefix")).functions

    assert f"Buffer.from('{encoded('/de')}'" in code_with(function, {"Prefix": "/de"})
    assert f"Buffer.from('{encoded('/en')}'" in code_with(function, {})
    assert code_with_defaults(function) == code_with(function, {})


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("Prefix", "en", "Prefix is 'en', but AllowedPattern is /[a-z]+: Give a path such as /en."),
        ("Prefix", "/abcdef", "Prefix is '/abcdef', but MaxLength is 5: Give a path such as /en."),
        ("Mode", "all", "Mode is 'all', but AllowedValues are add, none: What is done."),
        ("Status", "200", "Status is '200', but MinValue is 300"),
        ("Status", "400", "Status is '400', but MaxValue is 399"),
        ("Status", "x", "Status is 'x', but its Type is Number"),
        ("Host", "", "Host is '', but MinLength is 1"),
        ("Prefx", "/de", "there is no parameter Prefx; there are Host, Mode, Prefix, Status"),
    ],
)
def test_a_value_that_is_not_allowed_is_refused(tmp_path: Path, name: str, value: str, told: str) -> None:
    (function,) = read_extension(write_extension(tmp_path / "prefix")).functions

    with pytest.raises(InvalidParameter) as raised:
        code_with(function, {name: value})

    assert str(raised.value) == f"{function.path}: {told}"


def test_a_parameter_without_a_default_must_be_given(tmp_path: Path) -> None:
    folder = write_extension(tmp_path / "prefix")
    template = folder / "template.yaml"
    template.write_text(template.read_text().replace("Default: www.example.com", "Description: A host."))
    (function,) = read_extension(folder).functions

    with pytest.raises(InvalidParameter, match=r"Host has no default; give a value: A host\."):
        code_with(function, {})
    assert code_with(function, {"Host": "a"})


def test_a_placeholder_must_be_a_parameter(tmp_path: Path) -> None:
    (function,) = read_extension(write_extension(tmp_path / "prefix", "const a = '${Other}';")).functions

    with pytest.raises(InvalidParameter, match=r"\$\{Other\} is no parameter of the template; declare it there"):
        code_with(function, {})


def test_a_file_without_a_template_is_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "function.js"
    path.write_text("const a = '${Other}';")

    assert code_with(read_file(path), {}) == "const a = '${Other}';"
    assert read_file(path).event == "viewer-request"
    assert read_file(path, "viewer-response").event == "viewer-response"


def test_what_is_no_extension_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NoExtension, match=r"there is no template\.yaml; name the folder of an extension"):
        read_extension(tmp_path)
    (tmp_path / "function.ts").touch()
    with pytest.raises(NoExtension, match=r"name a file that ends in \.js"):
        read_file(tmp_path / "function.ts")
    (tmp_path / "template.yaml").write_text("a: [")
    with pytest.raises(NoExtension, match="it is no YAML"):
        read_extension(tmp_path)


def test_an_event_without_a_function_is_refused(tmp_path: Path) -> None:
    extension = read_extension(write_extension(tmp_path / "prefix"))

    with pytest.raises(NoExtension, match=r"there is no function for viewer-response; there is viewer-request\.js"):
        extension.function_at("viewer-response")
