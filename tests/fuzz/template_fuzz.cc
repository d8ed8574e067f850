// Placeholders in commands. The first line is the value of the input `a`.

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/template.h"
#include "flyteidl/core/literals.pb.h"

using namespace sandbox;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const size_t line = std::min(text.find('\n'), size);
  flyteidl::core::LiteralMap inputs;
  auto* a = &(*inputs.mutable_literals())["a"];
  if (!a->ParseFromString(std::string(text.substr(0, line))))
    a->mutable_scalar()->mutable_primitive()->set_string_value(std::string(text.substr(0, line)));
  engine::TemplateValues values{.input = "s3://b/i",
                                .output_prefix = "s3://b/o",
                                .task_template = "t",
                                .unique_key = "pod-0",
                                .pod_namespace = "p-d",
                                .inputs = &inputs};
  (void)engine::RenderTemplate(text.substr(line), values);
  return 0;
}
