"""What an owner wrote on a shape is read as it was meant."""

from __future__ import annotations

from lxml import etree

from processes.engine.attributes import BPMN, CAMUNDA, read_attributes

TASK = f"""<bpmn:userTask xmlns:bpmn="{BPMN}" xmlns:camunda="{CAMUNDA}" id="paraf">
 <bpmn:extensionElements><camunda:properties>
  <camunda:property name="tahap" value="5 Pemarafan"/>
  <camunda:property name="jaminan"/>
  <camunda:property name="penyiap" value=""/>
 </camunda:properties></bpmn:extensionElements>
</bpmn:userTask>"""


def test_a_property_that_an_element_template_left_empty_says_nothing() -> None:
    assert read_attributes(etree.fromstring(TASK)) == {"properties": {"tahap": "5 Pemarafan"}}
