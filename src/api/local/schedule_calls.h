#pragma once

// What a page does with schedules:
//
//   POST /sandbox/v1/schedules/PROJECT/DOMAIN/NAME:run   a normal execution whose kickoff time is now: {project,
//   domain,
//                                                        name} of it
//   POST /sandbox/v1/schedules:pause                     deactivates launch plans: {schedules[{project, domain,
//   name}]}, POST /sandbox/v1/schedules:resume                    or all that there are without a body; activates them
//   again
//
// The latter two answer with the versions that they changed. Whatever happens goes through the public API.
//
// Thread: any that may block.

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "net/http.h"
#include "sandbox/base/error.h"
#include "sandbox/ports/metadata_store.h"

namespace google::protobuf {
class Message;
}  // namespace google::protobuf

namespace sandbox::api {

struct ScheduleDeps {
  MetadataStore& store;
  // As LocalApiDeps has it.
  std::function<Result<std::string>(std::string_view method, const google::protobuf::Message& request)> call;
};

// `path` is what stands behind "/sandbox/v1/schedules". NOT_FOUND: it is none of these calls.
Result<nlohmann::json> CallSchedules(const ScheduleDeps& deps, const std::string& path, const std::string& body);

}  // namespace sandbox::api
