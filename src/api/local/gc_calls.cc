#include "api/local/gc_calls.h"

#include <nlohmann/json.hpp>

#include "sandbox/base/age.h"
#include "sandbox/base/time.h"

namespace sandbox::api {
namespace {

using nlohmann::json;

// Less than clients wait for an answer, and than a stop should.
constexpr auto kOneCall = std::chrono::seconds(5);

std::unexpected<Error> Wrong(const char* field, std::string text) {
  return Fail(Code::kInvalidArgument, field, std::move(text));
}

Result<std::chrono::seconds> AgeOf(const GcDeps& deps, const json& request) {
  if (const auto given = request.find("older_than"); given != request.end() && !given->is_null()) {
    const auto age = ParseAge(given->is_string() ? given->get<std::string>() : given->dump());
    if (!age) return Wrong("older_than", Cat("older_than: ", age.error().message));
    return *age;
  }
  if (deps.age) return *deps.age;
  return Wrong("older_than",
               "runs are kept for ever here: say older_than (--older-than), such as 30d, or set `retention: {runs: "
               "30d}` in config.yaml");
}

}  // namespace

Result<json> CollectGarbage(const GcDeps& deps, const std::string& body) {
  const json request = body.empty() ? json::object() : json::parse(body, nullptr, false);
  if (!request.is_object()) return Wrong("body", "the body is a JSON object, such as {\"older_than\": \"30d\"}");
  for (const auto& [name, value] : request.items()) {
    if (name != "older_than" && name != "dry_run")
      return Wrong("body", Cat("there is no field ", name, "; known: older_than, dry_run"));
  }
  const json dry = request.value("dry_run", json(false));
  if (!dry.is_boolean()) return Wrong("dry_run", "dry_run is true or false");
  const auto age = AgeOf(deps, request);
  if (!age) return std::unexpected(age.error());
  const auto mode = dry.get<bool>() ? retention::Collector::Mode::kCount : retention::Collector::Mode::kRemove;
  const auto done = deps.collector.Collect(deps.clock.Now() - *age, mode, std::chrono::steady_clock::now() + kOneCall);
  if (!done) return std::unexpected(done.error());
  return json{{"older_than", FormatAge(*age)},
              {"dry_run", dry},
              {"runs", done->runs},
              {"executions", done->executions},
              {"logs", done->logs},
              {"objects", done->objects},
              {"bytes", done->bytes},
              {"folders_kept", done->folders_kept},
              {"oldest", done->oldest ? json(FormatRfc3339(*done->oldest)) : json()},
              {"more", done->more}};
}

}  // namespace sandbox::api
