#pragma once

// Placeholders in commands and arguments: protocol/execution-engine 3.1. Pure.

#include <string>
#include <string_view>

#include "flyteidl/core/literals.pb.h"
#include "sandbox/base/error.h"

namespace sandbox::engine {

struct TemplateValues {
  std::string input;
  std::string input_prefix;
  std::string output_prefix;
  std::string raw_output_prefix;
  std::string checkpoint;
  std::string previous_checkpoint;  // empty: rendered as two quote characters
  std::string task_template;
  std::string unique_key;  // the pod name; sanitised here
  std::string pod_namespace;
  const flyteidl::core::LiteralMap* inputs = nullptr;
};

// Unknown placeholders stay. Fails for an input that is missing or cannot be written as text.
Result<std::string> RenderTemplate(std::string_view text, const TemplateValues& values);

}  // namespace sandbox::engine
