#include "flyteidl/core/errors.pb.h"
#include "handlers.h"
#include "sandbox/base/check.h"
#include "scopes.h"
#include "stepper.h"

namespace sandbox::engine {

namespace core = flyteidl::core;
using model::ErrorKind;
using model::ExecutionError;
using model::ExecutionPhase;
using model::NodePhase;

namespace {

// The input of a failure node that has the error.
constexpr const char* kErrorInput = "err";

}  // namespace

// The answer is DynamicCompiled.
void Stepper::AskToCompile(uint32_t index, const std::string& futures) {
  Node(index).asked = NodeRun::Asked::kWorkflow;
  out_.compiles.push_back({CurrentAttempt(index), Node(index).record.spec_node_id, futures,
                           OutputPrefix(index) + "/futures.pb",
                           Task(index)->interface().outputs().SerializeAsString()});
}

// What the dynamic task asked for is too large to be read.
void Stepper::RefuseDynamic(uint32_t index, uint64_t bytes) {
  Node(index).asked = NodeRun::Asked::kNothing;
  CloseAttempt(index, {}, false);
  Node(index).record.is_dynamic = true;
  FailNode(index, {"DynamicWorkflowBuildFailed",
                   Cat(TooLarge("futures", OutputPrefix(index) + "/futures.pb", bytes, run_.config->output_bytes_max),
                       ": it has the values that the dynamic workflow was given; hand large ones over as files, or "
                       "raise max_output_mb of config.yaml"),
                   "",
                   ErrorKind::kUser,
                   {},
                   ""});
}

void Stepper::On(const DynamicCompiled& event) {
  const auto found = run_.by_id.find(event.id.node.node);
  if (found == run_.by_id.end() || Stopping()) return;
  const uint32_t index = found->second;
  NodeRun& node = Node(index);
  if (model::IsTerminal(node.record.phase) || node.record.attempts != event.id.attempt) return;
  if (node.asked != NodeRun::Asked::kWorkflow) return;
  node.asked = NodeRun::Asked::kNothing;
  const DynamicWorkflow& made = event.workflow;
  const bool has_pod = node.attempt && !model::IsTerminal(node.attempt->phase);
  if (has_pod) CloseAttempt(index, {}, false);
  node.record.is_dynamic = true;
  if (made.error) return FailNode(index, *made.error);
  SANDBOX_CHECK(made.plan, Cat("the workflow of dynamic node ", node.record.id.node, " is neither there nor refused"));
  const std::string prefix = OutputPrefix(index);
  out_.objects.push_back({prefix + "/futures_compiled.pb", made.closure});
  out_.objects.push_back({prefix + "/dynamic_compiled.pb", made.metadata});
  out_.objects.push_back({made.admin_uri, made.closure});
  node.record.state = {};
  node.record.is_parent = true;
  node.record.has_task_metadata = true;
  node.record.dynamic_job_spec_uri = prefix + "/futures.pb";
  node.record.dynamic_workflow = made.metadata;
  // Its children count, and it would stand in their way.
  StopCounting(index);
  EnterPhase(index, NodePhase::kDynamicRunning);
  const Graph& graph = made.plan->Primary();
  const uint32_t scope = OpenWorkflow(run_, made.plan, graph, index);
  run_.scopes[scope].dynamic = true;
  ready_.push_back(run_.scopes[scope].first + graph.start);
  ArmDeadline(index);
}

// The end-node has ended, and with it everything else in the scope.
void Stepper::FinishScope(uint32_t scope_index, bool recovered) {
  Scope& scope = run_.scopes[scope_index];
  SANDBOX_CHECK(scope.state == Scope::State::kRunning, "the end-node of a workflow that had ended ends");
  if (auto failure = LastFailure(scope)) return FailScope(scope_index, std::move(*failure));
  scope.state = Scope::State::kOver;
  const uint32_t end = scope.first + scope.graph->end;
  if (scope.parent) return HandlerOf(run_, *scope.parent).end(*this, *scope.parent, end);
  if (Node(end).outputs && !recovered) run_.record.output_uri = DataDir(end) + "/0/outputs.pb";
  EndExecution(ExecutionPhase::kSucceeded);
}

void Stepper::SucceedWith(uint32_t index, Literals outputs) {
  Node(index).record.output_uri = OutputPrefix(index) + "/outputs.pb";
  out_.objects.push_back({Node(index).record.output_uri, outputs->SerializeAsString()});
  SucceedNode(index, std::move(outputs));
}

// Everything else in the scope ends, then its failure node runs, if it has one.
void Stepper::FailScope(uint32_t scope_index, ExecutionError error) {
  SANDBOX_CHECK(run_.scopes[scope_index].state == Scope::State::kRunning, "a workflow that had ended fails");
  AbortScope(scope_index, std::string(kAutoAbort));
  Scope& scope = run_.scopes[scope_index];
  if (!scope.graph->failure) return EndFailedScope(scope_index, std::move(error));
  scope.state = Scope::State::kFailing;
  scope.error = error;
  if (scope.parent) {
    Node(*scope.parent).record.error = std::move(error);
    EnterPhase(*scope.parent, NodePhase::kFailing);
  } else {
    run_.record.error = std::move(error);
    run_.record.phase = ExecutionPhase::kFailing;
    TouchExecution();
  }
  ready_.push_back(scope.first + *scope.graph->failure);
}

void Stepper::EndFailedScope(uint32_t scope_index, ExecutionError error) {
  Scope& scope = run_.scopes[scope_index];
  scope.state = Scope::State::kOver;
  scope.parent ? FailNode(*scope.parent, std::move(error)) : FailExecution(std::move(error));
}

// The workflow fails with what made it fail, unless the failure node fails too.
void Stepper::OnFailureNodeEnded(uint32_t scope_index, uint32_t index) {
  SANDBOX_CHECK(run_.scopes[scope_index].error, "a failure node ends in a workflow that did not fail");
  const NodePhase phase = Node(index).record.phase;
  const bool failed = phase == NodePhase::kFailed || phase == NodePhase::kTimedOut;
  EndFailedScope(scope_index, failed ? FailureOf(index) : *run_.scopes[scope_index].error);
}

void Stepper::TellFailure(uint32_t index, core::LiteralMap& inputs) const {
  const auto found = inputs.mutable_literals()->find(kErrorInput);
  const auto& error = run_.scopes[Node(index).scope].error;
  if (found == inputs.mutable_literals()->end() || !error) return;
  core::Literal literal;
  core::Union* value = literal.mutable_scalar()->mutable_union_();
  value->mutable_type()->set_simple(core::ERROR);
  value->mutable_type()->mutable_structure()->set_tag("FlyteError");
  core::Error* told = value->mutable_value()->mutable_scalar()->mutable_error();
  told->set_message(error->message);
  told->set_failed_node_id(Node(index).record.spec_node_id);
  found->second = std::move(literal);
}

}  // namespace sandbox::engine
