#include "api/local/row_json.h"

namespace sandbox::api {

using nlohmann::json;

const char* KindName(model::ErrorKind kind) {
  static constexpr const char* kNames[] = {"UNKNOWN", "USER", "SYSTEM"};
  return kNames[static_cast<int>(kind)];
}

json ErrorRow(const std::optional<model::ExecutionError>& error) {
  if (!error) return nullptr;
  return {{"kind", KindName(error->kind)}, {"code", error->code}, {"message", error->message}};
}

json WithoutNulls(const json& row) {
  if (!row.is_object()) return row;
  json out = json::object();
  for (const auto& [name, value] : row.items()) {
    if (value.is_null()) continue;
    json kept = WithoutNulls(value);
    if (kept.is_object() && kept.empty()) continue;
    out[name] = std::move(kept);
  }
  return out;
}

}  // namespace sandbox::api
