#include "job.h"

#include <algorithm>
#include <array>

namespace sandbox::engine {
namespace {

namespace core = flyteidl::core;

constexpr std::array<std::string_view, 6> kBuiltIn = {"container", "python-task",     "raw-container",
                                                      "sidecar",   "container_array", "echo"};

bool IsBuiltIn(const core::TaskTemplate& task) { return std::ranges::find(kBuiltIn, task.type()) != kBuiltIn.end(); }

EntityId TaskOf(const core::TaskTemplate& task) {
  return {EntityKind::kTask, task.id().project(), task.id().domain(), task.id().name(), task.id().version()};
}

// Only the arguments of a container have placeholders for a connector.
Result<std::string> Render(const AttemptContext& context) {
  core::TaskTemplate task = context.task;
  if (task.has_container()) {
    const TemplateValues values = MakeTemplateValues(context);
    for (std::string& argument : *task.mutable_container()->mutable_args()) {
      auto rendered = RenderTemplate(argument, values);
      if (!rendered) return std::unexpected(std::move(rendered.error()));
      argument = std::move(*rendered);
    }
  }
  return task.SerializeAsString();
}

}  // namespace

bool GoesToConnector(const ConnectorTypes& connectors, const core::Node& node, const core::TaskTemplate& task) {
  if (IsBuiltIn(task)) return false;
  if (!HasPod(node, task)) return connectors.configured;
  return connectors.known.contains({task.type(), task.task_type_version()}) || connectors.stated.contains(task.type());
}

Result<JobRequest> BuildJob(const AttemptContext& context, uint32_t attempts_max) {
  auto task = Render(context);
  if (!task) return std::unexpected(std::move(task.error()));
  JobRequest out;
  out.id = context.id;
  out.type = {context.task.type(), context.task.task_type_version()};
  out.task_template = std::move(*task);
  out.inputs = context.inputs.SerializeAsString();
  out.output_prefix = context.output_prefix;
  out.metadata.task = TaskOf(context.task);
  out.metadata.pod_namespace = context.execution.id.Namespace();
  AddLabels(context, out.metadata.labels, out.metadata.annotations);
  out.metadata.envs = context.execution.settings.envs;
  out.metadata.attempts_max = attempts_max;
  out.metadata.interruptible = context.interruptible;
  out.metadata.overrides = context.node.task_node().overrides().SerializeAsString();
  return out;
}

std::string NeedsConnector(const core::Node& node, const core::TaskTemplate& task) {
  if (IsBuiltIn(task) || HasPod(node, task)) return "";
  return Cat("task type [", task.type(),
             "] has no container and no connector is configured: start a connector service that serves it, list its "
             "address in config.yaml "
             "(connectors: [localhost:8000]), and start the sandbox again");
}

}  // namespace sandbox::engine
