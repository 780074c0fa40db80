"""AWS::CloudFront::RealtimeLogConfig: the same checks as the API's."""

from __future__ import annotations

from typing import Any

from localaws.server.cloudfront import realtime_log_configs
from localaws.server.cloudfront.answers import RefusedError
from localaws.server.cloudfront.configuration import Config
from localaws.server.cloudfront.realtime_log_configs import RealtimeLogConfig

NAME = "AWS::CloudFront::RealtimeLogConfig"

Created = tuple[str, dict[str, Any]]


def handlers() -> dict[str, Any]:
    return {"create": create, "update": update, "delete": delete}


def create(_logical_id: str, properties: dict[str, Any], _stack: str) -> Created:
    try:
        return _created(realtime_log_configs.create(_asked(properties)))
    except RefusedError as refusal:
        raise ValueError(f"{NAME}: {refusal}") from refusal


def update(arn: str, old: dict[str, Any], new: dict[str, Any], stack: str, logical_id: str | None = None) -> Created:
    """Another name is another configuration; CloudFormation deletes the one that was, once nothing names it."""
    current = realtime_log_configs.of_arn(arn)
    if current is None or old["Name"] != new["Name"]:
        return create(logical_id or arn, new, stack)
    try:
        return _created(realtime_log_configs.change(current, _asked(new)))
    except RefusedError as refusal:
        raise ValueError(f"{NAME}: {refusal}") from refusal


def delete(arn: str, _properties: dict[str, Any]) -> None:
    current = realtime_log_configs.of_arn(arn)
    if current is None:
        return
    try:
        realtime_log_configs.delete(current)
    except RefusedError as refusal:
        raise ValueError(f"{NAME}: {refusal}") from refusal


def _asked(properties: dict[str, Any]) -> Config:
    """By the names of the API, of which those of the type differ in one letter."""
    end_points = []
    for end_point in properties["EndPoints"]:
        kinesis = end_point["KinesisStreamConfig"]
        end_points.append(
            {
                "StreamType": end_point["StreamType"],
                "KinesisStreamConfig": {"RoleARN": kinesis["RoleArn"], "StreamARN": kinesis["StreamArn"]},
            }
        )
    return {
        "Name": properties["Name"],
        "SamplingRate": int(properties["SamplingRate"]),
        "Fields": list(properties["Fields"]),
        "EndPoints": end_points,
    }


def _created(config: RealtimeLogConfig) -> Created:
    return config.arn, {"Arn": config.arn}
