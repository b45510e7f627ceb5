"""Processes that the tests share."""

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:haidang="https://haidang.vn/bpmn" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  targetNamespace="https://haidang.vn/test"><process id="licence" name="Cấp phép" isExecutable="true">"""
TAIL = "</process></definitions>"

LICENCE = f"""{HEAD}
<startEvent id="begin"/><sequenceFlow id="f1" sourceRef="begin" targetRef="receive"/>
<userTask id="receive" name="Tiếp nhận" haidang:role="records_clerk" haidang:term="4 hour"
  haidang:outcomes="accept,refuse"/>
<sequenceFlow id="f2" sourceRef="receive" targetRef="complete"/>
<exclusiveGateway id="complete" default="f4"/>
<sequenceFlow id="f3" sourceRef="complete" targetRef="refused">
  <conditionExpression xsi:type="tFormalExpression">outcome == 'refuse'</conditionExpression></sequenceFlow>
<sequenceFlow id="f4" sourceRef="complete" targetRef="again"/>
<exclusiveGateway id="again"/><sequenceFlow id="f4b" sourceRef="again" targetRef="split"/>
<parallelGateway id="split"/>
<sequenceFlow id="f5" sourceRef="split" targetRef="verify"/>
<sequenceFlow id="f6" sourceRef="split" targetRef="inspect"/>
<userTask id="verify" name="Thẩm định hồ sơ" haidang:role="officer" haidang:term="3 working_day"/>
<userTask id="inspect" name="Thẩm định thực tế" haidang:role="inspector" haidang:term="5 working_day"/>
<sequenceFlow id="f7" sourceRef="verify" targetRef="join"/>
<sequenceFlow id="f8" sourceRef="inspect" targetRef="join"/>
<parallelGateway id="join"/>
<sequenceFlow id="f9" sourceRef="join" targetRef="sign"/>
<userTask id="sign" name="Ký" haidang:role="director" haidang:term="1 working_day"
  haidang:outcomes="accept,return"/>
<sequenceFlow id="f10" sourceRef="sign" targetRef="signed"/>
<exclusiveGateway id="signed" default="f12"/>
<sequenceFlow id="f11" sourceRef="signed" targetRef="again">
  <conditionExpression xsi:type="tFormalExpression">outcome == 'return'</conditionExpression></sequenceFlow>
<sequenceFlow id="f12" sourceRef="signed" targetRef="done"/>
<endEvent id="done" name="Trả kết quả"/><endEvent id="refused" name="Không tiếp nhận"/>
{TAIL}"""


def simple(inside):
    """A process of start, what is given, and an end `e`."""
    return f'{HEAD}<startEvent id="s"/><endEvent id="e"/>{inside}{TAIL}'


def task(name, role="officer", more=""):
    return f'<userTask id="{name}" name="{name}" haidang:role="{role}" {more}/>'


def flow(name, source, target, condition=""):
    inside = f"<conditionExpression>{condition}</conditionExpression>" if condition else ""
    return f'<sequenceFlow id="{name}" sourceRef="{source}" targetRef="{target}">{inside}</sequenceFlow>'
