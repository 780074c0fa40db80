"""Extensions of a few lines, in folders as those of the catalogue are."""

from __future__ import annotations

import argparse
from pathlib import Path
from textwrap import dedent

from extensions.harness.serve import add_command

TEMPLATE = """\
AWSTemplateFormatVersion: "2010-09-09"
Parameters:
  Greeting: {Type: String, Default: hello, Description: What is said.}
"""
GREETS = """\
    import cf from 'cloudfront';
    const greeting = Buffer.from('${Greeting}', 'base64').toString();
    const store = cf.kvs();

    async function handler(event) {
        const name = await store.get('name');
        return {statusCode: 200, body: greeting + ', ' + name};
    }
"""
MARKS = """\
    def handler(event, context):
        response = event["Records"][0]["cf"]["response"]
        response["headers"]["x-mark"] = [{"key": "X-Mark", "value": "seen"}]
        return response
"""
ASKS = """\
    import urllib.request
    import boto3

    def handler(event, context):
        secrets = boto3.client("secretsmanager", region_name="us-east-1")
        greeting = secrets.get_secret_value(SecretId="greeting")["SecretString"]
        with urllib.request.urlopen("https://example.com/name", timeout=2) as answer:
            name = answer.read().decode()
        return {"status": "200", "body": f"{greeting}, {name}"}
"""


def write_extension(folder: Path, **sources: str) -> Path:
    """The folder, with a source for each event: `viewer_request_js` is viewer-request.js."""
    folder.mkdir()
    (folder / "template.yaml").write_text(TEMPLATE)
    for name, source in sources.items():
        event, _, suffix = name.replace("_", "-").rpartition("-")
        (folder / f"{event}.{suffix}").write_text(dedent(source))
    return folder


def options(*given: str) -> argparse.Namespace:
    """As the command line gives them."""
    parser = argparse.ArgumentParser()
    add_command(parser.add_subparsers())
    return parser.parse_args(["serve", *given])
