"""Code comes into a template at one property, and nothing else of the template changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from extensions.catalog.__main__ import main
from extensions.catalog.folders import read_extension
from extensions.catalog.packaging import packaged
from tests.extensions.catalogue.samples import CODE, TEMPLATE, write_greeting

PACKAGED = TEMPLATE.replace(
    '      FunctionCode: ""\n',
    """\
      FunctionCode: !Sub
        - |
          // Says hello.

          const word = Buffer.from('${WordBase64}', 'base64').toString();

          function handler(event) {
              event.request.headers['x-greeting'] = { value: word };
              return event.request;
          }
        - WordBase64: !Base64 {Ref: Word}
""",
)


def test_the_code_stands_in_the_template_and_every_other_byte_is_as_it_was(tmp_path: Path) -> None:
    extension = read_extension(write_greeting(tmp_path))

    assert packaged(extension.template, extension.sources) == PACKAGED


def test_packaging_again_changes_nothing(tmp_path: Path) -> None:
    extension = read_extension(write_greeting(tmp_path, PACKAGED))

    assert packaged(extension.template, extension.sources) == PACKAGED


def test_what_is_read_back_is_the_code_with_other_names_for_its_parameters(tmp_path: Path) -> None:
    extension = read_extension(write_greeting(tmp_path, PACKAGED))

    assert extension.template.section("Resources", "ViewerRequest", "Properties")["FunctionCode"] == {
        "Fn::Sub": [CODE.replace("${Word}", "${WordBase64}"), {"WordBase64": {"Fn::Base64": {"Ref": "Word"}}}]
    }


def test_code_without_parameters_is_a_block_of_text(tmp_path: Path) -> None:
    code = "function handler(event) {\n    return event.request;\n}\n"
    extension = read_extension(write_greeting(tmp_path, code=code))

    assert (
        "      FunctionCode: |\n        function handler(event) {\n            return event.request;\n        }\n\n      # What"
    ) in packaged(extension.template, extension.sources)


def test_a_build_writes_the_template_and_the_catalogue_and_a_second_one_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path / "extensions"
    write_greeting(root)

    assert main(["--check"], root) == 1
    assert "extensions/greeting/template.yaml is not what the extensions say" in capsys.readouterr().err
    assert main([], root) == 0
    assert capsys.readouterr().out.splitlines() == [
        "wrote extensions/greeting/template.yaml",
        "wrote extensions/catalog.json",
    ]
    assert main(["--check"], root) == 0
    assert main([], root) == 0
    assert capsys.readouterr().out == ""


def test_the_template_of_an_extension_with_dependencies_is_left_alone(tmp_path: Path) -> None:
    template = TEMPLATE.replace("\nParameters:", "  CloudFrontExtensions:\n    Packaging: zip\n\nParameters:", 1)
    root = tmp_path / "extensions"
    folder = write_greeting(root, template)

    assert main([], root) == 0
    assert (folder / "template.yaml").read_text() == template
