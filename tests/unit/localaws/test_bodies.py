"""XML and forms are read into the form that JSON would have."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import fromstring

from botocore.loaders import Loader
from botocore.model import ServiceModel

from localaws.server.bodies import form_bodies, xml_bodies


def shape(service: str, name: str) -> Any:
    return ServiceModel(Loader().load_service_model(service, "service-2")).shape_for(name)


def xml(service: str, name: str, text: str) -> Any:
    return xml_bodies.tree(shape(service, name), fromstring(text))  # noqa: S314


def test_flattened_lists_are_gathered_and_numbers_read() -> None:
    text = "<R><Name>b</Name><Contents><Key>k</Key><Size>7</Size></Contents><Contents><Key>l</Key></Contents></R>"
    value = {"Name": "b", "Contents": [{"Key": "k", "Size": 7}, {"Key": "l"}]}
    assert xml("s3", "ListObjectsV2Output", text) == value


def test_wrapped_lists_are_taken_out_of_their_element() -> None:
    text = "<D><Id>E1</Id><Aliases><Quantity>1</Quantity><Items><CNAME>a.example.com</CNAME></Items></Aliases></D>"
    assert xml("cloudfront", "DistributionSummary", text) == {
        "Id": "E1",
        "Aliases": {"Quantity": 1, "Items": ["a.example.com"]},
    }


def test_what_the_model_does_not_know_or_want_stays_as_it_is_for_the_check_to_find() -> None:
    text = "<R><IsTruncated>perhaps</IsTruncated><KeyCount>many</KeyCount><Colour>red</Colour></R>"
    value = {"IsTruncated": "perhaps", "KeyCount": "many", "Colour": ""}
    assert xml("s3", "ListObjectsV2Output", text) == value


def test_a_list_with_an_element_of_another_name_is_no_list() -> None:
    text = "<A><Quantity>1</Quantity><Items><member>a.example.com</member></Items></A>"
    assert xml("cloudfront", "Aliases", text) == {"Quantity": 1, "Items": {"member": None}}


def test_an_attribute_is_a_member() -> None:
    text = (
        '<G><Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="Group">'
        "<URI>u</URI></Grantee><Permission>READ</Permission></G>"
    )
    assert xml("s3", "Grant", text) == {"Grantee": {"xsi:type": "Group", "URI": "u"}, "Permission": "READ"}


def test_a_form_spells_out_lists_and_maps() -> None:
    given = {
        "Message": "text",
        "MessageAttributes.entry.1.Name": "kind",
        "MessageAttributes.entry.1.Value.DataType": "String",
        "Colour": "red",
    }
    value = form_bodies.tree(shape("sns", "PublishInput"), given)
    assert value == {"Message": "text", "MessageAttributes": {"kind": {"DataType": "String"}}, "Colour": ""}
    tags = {f"Tags.member.{number}.Key": str(number) for number in range(1, 12)}
    value = form_bodies.tree(shape("sns", "CreateTopicInput"), tags)
    assert [tag["Key"] for tag in value["Tags"]] == [str(number) for number in range(1, 12)]
