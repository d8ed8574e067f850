#include "api/local/pod_calls.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "api/local/pod_json.h"
#include "api/local/row_json.h"

namespace sandbox::api {
namespace {

using nlohmann::json;

constexpr int64_t kPodsMax = 1'000'000;

// How many of the newest were listed before.
Result<size_t> PodsListed(const Target& target) {
  const std::string cursor = target.Get("cursor");
  size_t out = 0;
  if (cursor.empty()) return out;
  const auto read = std::from_chars(cursor.data(), cursor.data() + cursor.size(), out);
  if (read.ec != std::errc() || read.ptr != cursor.data() + cursor.size())
    return InvalidField("cursor", "cursor has to be `next` of an answer");
  return out;
}

}  // namespace

Result<json> Pods(MetadataReader& reader, const LocalApiDeps&, const Target& target) {
  const auto limit = target.Number("limit", kPodsMax, 1, kPodsMax);
  if (!limit) return std::unexpected(limit.error());
  const auto listed = PodsListed(target);
  if (!listed) return std::unexpected(listed.error());
  const std::string status = target.Get("status"), execution = target.Get("execution");
  std::vector<model::TaskRecord> pods = reader.ListPods(target.Get("namespace"), 0);
  std::erase_if(pods, [&](const model::TaskRecord& pod) {
    return (!status.empty() && pod.pod_status != status) ||
           (!execution.empty() && pod.id.node.execution.name != execution);
  });
  const size_t end = pods.size() - std::min(*listed, pods.size());
  const size_t begin = end - std::min(static_cast<size_t>(*limit), end);
  json rows = json::array();
  for (size_t i = begin; i < end; ++i) rows.push_back(PodJson(pods[i]));
  const std::string next = begin == 0 ? "" : std::to_string(pods.size() - begin);
  return json{{"pods", std::move(rows)}, {"next", TextRow(next)}, {"total", pods.size()}};
}

Result<json> OnePod(MetadataReader& reader, const LocalApiDeps&, const Target& target) {
  const std::string rest = target.path.substr(kPodsPath.size() + 1);
  const size_t slash = rest.find('/');
  const std::string pod_namespace = rest.substr(0, slash),
                    name = slash == std::string::npos ? "" : rest.substr(slash + 1);
  const auto found = name.empty() ? std::nullopt : reader.FindPod(pod_namespace, name);
  if (!found) return NotFound(Cat("there is no pod ", name, " in ", pod_namespace));
  return json{{"pod", PodJson(*found)}};
}

}  // namespace sandbox::api
