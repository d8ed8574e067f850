#include "api/local/gc_calls.h"

#include <nlohmann/json.hpp>

#include "sandbox/base/age.h"
#include "sandbox/base/quantity.h"
#include "sandbox/base/time.h"

namespace sandbox::api {
namespace {

using nlohmann::json;

// Less than clients wait for an answer, and than a stop should.
constexpr auto kOneCall = std::chrono::seconds(5);

std::unexpected<Error> Wrong(const char* field, std::string text) {
  return Fail(Code::kInvalidArgument, field, std::move(text));
}

std::string TextOf(const json& value) { return value.is_string() ? value.get<std::string>() : value.dump(); }

Result<RunsKept> WantedOf(const RunsKept& usual, const json& request) {
  const json older_than = request.value("older_than", json()), size = request.value("size", json());
  RunsKept out;
  if (!older_than.is_null()) {
    const auto age = ParseAge(TextOf(older_than));
    if (!age) return Wrong("older_than", Cat("older_than: ", age.error().message));
    out.age = *age;
  }
  if (!size.is_null()) {
    const auto bytes = Quantity::Parse(TextOf(size));
    if (!bytes || bytes->Value() < 0)
      return Wrong("size", Cat("size: '", TextOf(size), "' is no size, such as 500Mi or 20Gi"));
    out.bytes = static_cast<uint64_t>(bytes->Value());
  }
  if (out.age || out.bytes) return out;
  if (usual.age || usual.bytes) return usual;
  return Wrong("older_than",
               "runs are kept for ever here: say older_than (--older-than), such as 30d, or size (--keep), such as "
               "20Gi, or set `retention: {runs: 30d, size: 20Gi}` in config.yaml");
}

json ListOf(const std::vector<retention::GoneRun>& runs) {
  json out = json::array();
  for (const retention::GoneRun& run : runs)
    out.push_back({{"project", run.id.project},
                   {"domain", run.id.domain},
                   {"id", run.id.name},
                   {"created_at", FormatRfc3339(run.created_at)},
                   {"bytes", run.bytes}});
  return out;
}

}  // namespace

Result<json> CollectGarbage(const GcDeps& deps, const std::string& body) {
  const json request = body.empty() ? json::object() : json::parse(body, nullptr, false);
  if (!request.is_object()) return Wrong("body", "the body is a JSON object, such as {\"older_than\": \"30d\"}");
  for (const auto& [name, value] : request.items()) {
    if (name != "older_than" && name != "size" && name != "dry_run")
      return Wrong("body", Cat("there is no field ", name, "; known: older_than, size, dry_run"));
  }
  const json dry = request.value("dry_run", json(false));
  if (!dry.is_boolean()) return Wrong("dry_run", "dry_run is true or false");
  const auto wanted = WantedOf(deps.usual, request);
  if (!wanted) return std::unexpected(wanted.error());
  retention::Limits limits{.bytes = wanted->bytes};
  if (wanted->age) limits.before = deps.clock.Now() - *wanted->age;
  const auto mode = dry.get<bool>() ? retention::Collector::Mode::kCount : retention::Collector::Mode::kRemove;
  const auto done = deps.collector.Collect(limits, mode, std::chrono::steady_clock::now() + kOneCall);
  if (!done) return std::unexpected(done.error());
  return json{{"older_than", wanted->age ? json(FormatAge(*wanted->age)) : json()},
              {"size_bytes", wanted->bytes ? json(*wanted->bytes) : json()},
              {"dry_run", dry},
              {"runs", done->runs},
              {"executions", done->executions},
              {"logs", done->logs},
              {"objects", done->objects},
              {"bytes", done->bytes},
              {"folders_kept", done->folders_kept},
              {"oldest", done->oldest ? json(FormatRfc3339(*done->oldest)) : json()},
              {"list", ListOf(done->list)},
              {"more", done->more}};
}

}  // namespace sandbox::api
