// JSON of the REST gateway, into messages with every kind of field; what was read is written and read again.

#include <cstdint>
#include <string_view>

#include "api/gateway/json_read.h"
#include "api/gateway/url.h"
#include "flyteidl/admin/execution.pb.h"
#include "flyteidl/admin/launch_plan.pb.h"

using namespace sandbox;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  flyteidl::admin::ExecutionCreateRequest execution;
  (void)api::FromJson(text, &execution);
  flyteidl::admin::LaunchPlan plan;
  (void)api::FromJson(text, &plan);
  (void)api::ParseQuery(text);
  (void)api::SplitPath(api::CleanPath(text));
  return 0;
}
