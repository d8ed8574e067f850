// The types of both APIs under the names that pages use.
export type {
  ExecutionCreateRequestJson,
  ExecutionJson,
  ExecutionListJson,
  ExecutionSpecJson,
  WorkflowExecutionGetDataResponseJson,
} from "../../generated/flyteidl/admin/execution_pb";
export type { LaunchPlanJson } from "../../generated/flyteidl/admin/launch_plan_pb";
export type { NodeExecutionGetDataResponseJson } from "../../generated/flyteidl/admin/node_execution_pb";
export type { ProjectJson } from "../../generated/flyteidl/admin/project_pb";
export type { TaskJson } from "../../generated/flyteidl/admin/task_pb";
export type { WorkflowJson } from "../../generated/flyteidl/admin/workflow_pb";
export type {
  CompiledTaskJson,
  CompiledWorkflowClosureJson,
  CompiledWorkflowJson,
  ConnectionSetJson,
} from "../../generated/flyteidl/core/compiler_pb";
export type { BooleanExpressionJson, OperandJson } from "../../generated/flyteidl/core/condition_pb";
export type { IdentifierJson } from "../../generated/flyteidl/core/identifier_pb";
export type { ParameterJson, TypedInterfaceJson, VariableJson } from "../../generated/flyteidl/core/interface_pb";
export type { LiteralJson, LiteralMapJson, ScalarJson } from "../../generated/flyteidl/core/literals_pb";
export type { TaskTemplateJson } from "../../generated/flyteidl/core/tasks_pb";
export type { LiteralTypeJson } from "../../generated/flyteidl/core/types_pb";
export type { NodeJson, WorkflowTemplateJson } from "../../generated/flyteidl/core/workflow_pb";
export type {
  Amounts,
  AttemptCommands,
  Bindings,
  Build,
  BuildDetail,
  BuildList,
  DoctorReport,
  EntityList,
  EntityRow,
  ExecutionError,
  ExecutionList,
  ExecutionRow,
  Home,
  ImageList,
  Limits,
  LogLines,
  LogMeta,
  Machine,
  ObjectHead,
  ObjectList,
  ObjectRow,
  ObjectWriter,
  OneNode,
  Pod,
  PullLine,
  Reproduction,
  Run,
  RunAttempt,
  RunCommands,
  RunEvents,
  RunExecution,
  RunItems,
  RunLimits,
  RunLog,
  RunNode,
  RunSettings,
  RunStats,
  ScheduleList,
  SearchHit,
  SearchResult,
  SecretList,
  SettingList,
  Stats,
  Status,
  Story,
  StripEntry,
  TaskNeeds,
  TaskUse,
  ValuePart,
  Wait,
} from "../../generated/local";

import type { RunAttempt as Attempt } from "../../generated/local";

/** An item of an array: its newest attempt. */
export type RunItem = Attempt & { item: number };
