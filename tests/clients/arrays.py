"""Registers a map over any task, as flytekit would if it could."""

from flyteidl.admin.workflow_pb2 import WorkflowCreateRequest, WorkflowSpec
from flyteidl.core import identifier_pb2 as ids
from flyteidl.core.literals_pb2 import Binding, BindingData
from flyteidl.core.types_pb2 import LiteralType, OutputReference, SimpleType
from flyteidl.core.workflow_pb2 import ArrayNode, Node, TaskNode


def register_map(remote, name, task, version, **more):
    """A workflow `name` with an input `xs`, a list of int, each of which is the input `x` of one run of `task`."""
    where = dict(project="flytesnacks", domain="development", version=version)
    spec = WorkflowSpec()
    template = spec.template
    template.id.CopyFrom(ids.Identifier(resource_type=ids.WORKFLOW, name=name, **where))
    template.interface.inputs.variables["xs"].type.CopyFrom(
        LiteralType(collection_type=LiteralType(simple=SimpleType.Value("INTEGER")))
    )
    template.metadata.on_failure = 0
    array = ArrayNode(
        node=Node(id="n0", task_node=TaskNode(reference_id=ids.Identifier(resource_type=ids.TASK, name=task, **where))),
        **more,
    )
    binding = Binding(var="x", binding=BindingData(promise=OutputReference(node_id="", var="xs")))
    template.nodes.add(id="n0", inputs=[binding], array_node=array)
    remote.client.raw.create_workflow(WorkflowCreateRequest(id=template.id, spec=spec))
    from flyteidl.admin.launch_plan_pb2 import LaunchPlanCreateRequest, LaunchPlanSpec

    plan = ids.Identifier(resource_type=ids.LAUNCH_PLAN, name=name, **where)
    request = LaunchPlanSpec(workflow_id=template.id)
    request.default_inputs.parameters["xs"].var.CopyFrom(template.interface.inputs.variables["xs"])
    request.default_inputs.parameters["xs"].required = True
    remote.client.raw.create_launch_plan(LaunchPlanCreateRequest(id=plan, spec=request))
