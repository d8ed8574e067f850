#include "registry/entities/launch_plan_inputs.h"

#include <algorithm>

#include "registry/entities/cron.h"
#include "registry/entities/validation.h"
#include "sandbox/registry/compiler.h"
#include "sandbox/registry/digest.h"

namespace sandbox::registry {
namespace {

namespace admin = flyteidl::admin;
namespace core = flyteidl::core;

// Maps are gone through by name, so that the first problem reported is always the same one.
template <typename Map>
std::vector<std::string> Names(const Map& map) {
  std::vector<std::string> out;
  out.reserve(map.size());
  for (const auto& entry : map) out.push_back(entry.first);
  std::sort(out.begin(), out.end());
  return out;
}

Result<core::LiteralType> TypeOf(const std::string& name, const core::Literal& literal) {
  auto type = LiteralTypeForLiteral(literal);
  if (!type)
    return InvalidArgument(Cat("Failed to validate literal type for [", name, "] with err: ", type.error().message));
  return type;
}

Status CheckParameter(const std::string& name, const core::Parameter& parameter) {
  if (name.empty()) return InvalidArgument("missing key in default_inputs");
  if (!parameter.var().has_type()) {
    return InvalidArgument(Cat("The Variable component of the Parameter ", name,
                               " in default_inputs either is missing, or has a missing Type"));
  }
  if (parameter.behavior_case() == core::Parameter::kArtifactQuery ||
      parameter.behavior_case() == core::Parameter::kArtifactId) {
    return InvalidArgument(Cat("artifact mode not enabled but query found default_inputs ", name));
  }
  if (!parameter.has_default_() && !parameter.required()) {
    return InvalidArgument(
        Cat("Invalid variable ", name,
            " in default_inputs - variable has neither default, nor is required. One must be specified"));
  }
  if (!parameter.has_default_()) return {};
  const auto type = TypeOf(name, parameter.default_());
  if (!type) return std::unexpected(type.error());
  if (!AreTypesCastable(*type, parameter.var().type())) {
    return InvalidArgument(Cat("Type mismatch for Parameter ", name, " in default_inputs has type ",
                               ShortTypeText(parameter.var().type()), ", expected ", ShortTypeText(*type)));
  }
  if (parameter.var().type().simple() != core::DATETIME) return {};
  core::LiteralMap value;
  (*value.mutable_literals())[name] = parameter.default_();
  return CheckLiteralMap(value, "default_inputs");
}

Status CheckDefault(const std::string& name, const core::Parameter& parameter, const core::VariableMap& inputs) {
  const auto input = inputs.variables().find(name);
  if (input == inputs.variables().end()) return InvalidArgument(Cat("unexpected default_input ", name));
  if (AreTypesCastable(parameter.var().type(), input->second.type())) return {};
  return InvalidArgument(Cat("invalid default_input wrong type ", name, ", expected ",
                             ShortTypeText(parameter.var().type()), ", got ", ShortTypeText(input->second.type()),
                             " instead"));
}

Status CheckFixed(const std::string& name, const core::Literal& literal, const core::VariableMap& inputs) {
  const auto input = inputs.variables().find(name);
  if (input == inputs.variables().end()) return InvalidArgument(Cat("unexpected fixed_input ", name));
  const auto type = TypeOf(name, literal);
  if (!type) return std::unexpected(type.error());
  if (AreTypesCastable(*type, input->second.type())) return {};
  return InvalidArgument(Cat("invalid fixed_input wrong type ", name, ", expected ",
                             ShortTypeText(input->second.type()), ", got ", ShortTypeText(*type), " instead"));
}

Result<core::ParameterMap> ExpectedInputs(const admin::LaunchPlanSpec& spec, const core::VariableMap& inputs) {
  const auto& defaults = spec.default_inputs().parameters();
  const auto& fixed = spec.fixed_inputs().literals();
  core::ParameterMap out;
  if (inputs.variables().empty()) {
    if (!defaults.empty())
      return InvalidArgument(Cat("invalid launch plan default inputs, expected none but found ", defaults.size()));
    if (!fixed.empty())
      return InvalidArgument(Cat("invalid launch plan fixed inputs, expected none but found ", fixed.size()));
    return out;
  }
  for (const std::string& name : Names(defaults)) {
    if (auto checked = CheckDefault(name, defaults.at(name), inputs); !checked)
      return std::unexpected(std::move(checked.error()));
  }
  for (const std::string& name : Names(fixed)) {
    if (auto checked = CheckFixed(name, fixed.at(name), inputs); !checked)
      return std::unexpected(std::move(checked.error()));
  }
  for (const auto& [name, variable] : inputs.variables()) {
    if (const auto given = defaults.find(name); given != defaults.end()) {
      (*out.mutable_parameters())[name] = given->second;
    } else if (!fixed.contains(name)) {
      core::Parameter& parameter = (*out.mutable_parameters())[name];
      *parameter.mutable_var() = variable;
      parameter.set_required(true);
    }
  }
  return out;
}

Status CheckKickoff(const std::string& name, const core::ParameterMap& expected) {
  if (name.empty()) return {};
  const auto parameter = expected.parameters().find(name);
  if (parameter == expected.parameters().end()) {
    return InvalidArgument(
        Cat("Cannot create a schedule with a KickoffTimeInputArg that does not point to a free input. [", name,
            "] is not free or does not exist."));
  }
  const core::LiteralType& type = parameter->second.var().type();
  if (type.simple() == core::DATETIME) return {};
  return InvalidArgument(
      Cat("KickoffTimeInputArg must reference a datetime input. [", name, "] is a [", ShortTypeText(type), "]"));
}

Status CheckSchedule(const admin::Schedule& schedule, const core::ParameterMap& expected) {
  const bool is_scheduled = !LegacyCron(schedule).empty() || schedule.has_rate() || schedule.has_cron_schedule();
  if (!is_scheduled) return {};
  for (const std::string& name : Names(expected.parameters())) {
    if (expected.parameters().at(name).required() && name != schedule.kickoff_time_input_arg()) {
      return InvalidArgument(Cat("Cannot create a launch plan with a schedule if there is an unbound required input. [",
                                 name, "] is required"));
    }
  }
  if (auto checked = CheckKickoff(schedule.kickoff_time_input_arg(), expected); !checked) return checked;
  const std::string& cron = schedule.has_cron_schedule() ? schedule.cron_schedule().schedule() : LegacyCron(schedule);
  if (cron.empty()) return {};
  if (const auto parsed = ParseCron(cron); !parsed)
    return InvalidArgument(Cat("Invalid cron expression: ", parsed.error().message));
  return {};
}

}  // namespace

#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wdeprecated-declarations"  // clients still send it
const std::string& LegacyCron(const admin::Schedule& schedule) { return schedule.cron_expression(); }
#pragma clang diagnostic pop

Result<core::ParameterMap> CheckLaunchPlanSpec(const admin::LaunchPlanSpec& spec,
                                               const core::TypedInterface& workflow) {
  if (auto checked = CheckLabels(spec.labels()); !checked) return std::unexpected(std::move(checked.error()));
  if (auto checked = CheckLiteralMap(spec.fixed_inputs(), "fixed_inputs"); !checked)
    return std::unexpected(std::move(checked.error()));
  const auto& defaults = spec.default_inputs().parameters();
  for (const std::string& name : Names(defaults)) {
    if (auto checked = CheckParameter(name, defaults.at(name)); !checked)
      return std::unexpected(std::move(checked.error()));
  }
  auto expected = ExpectedInputs(spec, workflow.inputs());
  if (!expected) return expected;
  const admin::LaunchPlanMetadata& metadata = spec.entity_metadata();
  if (auto checked = CheckSchedule(metadata.schedule(), *expected); !checked)
    return std::unexpected(std::move(checked.error()));
  if (auto checked = CheckNotifications(metadata.notifications()); !checked)
    return std::unexpected(std::move(checked.error()));
  if (metadata.has_launch_conditions())
    return InvalidArgument(Cat("Launch condition must be empty, found ", GoText(metadata.launch_conditions())));
  return expected;
}

}  // namespace sandbox::registry
