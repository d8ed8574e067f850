#include "api/local/search.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "api/local/entity_list.h"
#include "api/local/event_hub.h"
#include "api/local/execution_filter.h"
#include "api/local/image_list.h"
#include "sandbox/base/encoding.h"
#include "sandbox/base/text.h"

namespace sandbox::api {
namespace {

using nlohmann::json;

constexpr size_t kTextMax = 200;
constexpr uint64_t kPodsLookedAt = 1000;
constexpr std::string_view kObjectScheme = "s3://";

// Where the text stands, without regard to the case of letters.
json MatchesIn(const std::string& title, const std::string& text) {
  json out = json::array();
  const std::string where = LowerCase(title), what = LowerCase(text);
  for (size_t at = where.find(what); at != std::string::npos; at = where.find(what, at + what.size()))
    out.push_back({at, at + what.size()});
  return out;
}

json Hit(const std::string& title, const std::string& detail, const std::string& href, const std::string& text) {
  return {{"title", title}, {"detail", detail}, {"href", href}, {"match", MatchesIn(title, text)}};
}

std::string PlaceHref(const std::string& project, const std::string& domain) {
  return Cat("/console/projects/", PercentEncode(project), "/domains/", PercentEncode(domain));
}

json Executions(MetadataReader& reader, const SearchWanted& wanted) {
  ExecutionSearch search;
  search.project = wanted.project;
  search.domain = wanted.domain;
  search.text = wanted.text;
  search.limit = wanted.limit;
  json out = json::array();
  for (const model::ExecutionRecord& record : reader.SearchExecutions(search).executions) {
    const bool task = record.launch_plan.kind == EntityKind::kTask;
    const EntityId& what = task ? record.launch_plan : record.workflow;
    out.push_back(
        Hit(record.id.name, Cat(what.name, " ", PhaseName(record.phase)),
            Cat(PlaceHref(record.id.project, record.id.domain), "/executions/", PercentEncode(record.id.name)),
            wanted.text));
  }
  return out;
}

json Names(MetadataReader& reader, const SearchWanted& wanted, EntityKind kind, const char* section) {
  const EntityFilter filter{wanted.project, wanted.domain, kind, wanted.text, false};
  json out = json::array();
  for (const model::NamedEntityRecord& name : FindNames(reader, filter, wanted.limit)) {
    out.push_back(Hit(name.id.name, Cat(name.id.project, "/", name.id.domain),
                      Cat(PlaceHref(name.id.project, name.id.domain), "/", section, "/", PercentEncode(name.id.name)),
                      wanted.text));
  }
  return out;
}

json PodHit(const model::TaskRecord& task, const SearchWanted& wanted) {
  const std::string pod_namespace = task.id.node.execution.Namespace();
  return Hit(task.generated_name, Cat(pod_namespace, " ", task.pod_status),
             Cat("/console/pods/", PercentEncode(pod_namespace), "/", PercentEncode(task.generated_name)), wanted.text);
}

bool IsIn(const ExecutionId& id, const SearchWanted& wanted) {
  return (wanted.project.empty() || id.project == wanted.project) &&
         (wanted.domain.empty() || id.domain == wanted.domain);
}

// The newest first.
json Pods(MetadataReader& reader, const SearchWanted& wanted) {
  const bool placed = !wanted.project.empty() && !wanted.domain.empty();
  const std::string pod_namespace = placed ? ExecutionId{wanted.project, wanted.domain, ""}.Namespace() : "";
  const std::string text = LowerCase(wanted.text);
  std::vector<model::TaskRecord> found = reader.ListPods(pod_namespace, kPodsLookedAt);
  std::erase_if(found, [&](const model::TaskRecord& task) {
    return !IsIn(task.id.node.execution, wanted) || LowerCase(task.generated_name).find(text) == std::string::npos;
  });
  if (auto exact = placed && found.empty() ? reader.FindPod(pod_namespace, wanted.text) : std::nullopt)
    found.push_back(std::move(*exact));
  json out = json::array();
  for (auto task = found.rbegin(); task != found.rend() && out.size() < wanted.limit; ++task)
    out.push_back(PodHit(*task, wanted));
  return out;
}

// Those that are here and those that tasks name, by all of their names; who names one is its detail.
json ImageHits(MetadataReader& reader, const std::vector<HostImage>& images, const SearchWanted& wanted) {
  const std::string text = LowerCase(wanted.text);
  json out = json::array();
  for (const json& row : ImageRows({images, true, {}}, TaskUses(reader))) {
    if (out.size() == wanted.limit) break;
    json names = row["names"];
    names.push_back(row["reference"]);
    for (const std::string name : names) {
      if (LowerCase(name).find(text) == std::string::npos) continue;
      const std::string user = row["used_by"].empty() ? "" : row["used_by"][0]["name"].get<std::string>();
      out.push_back(Hit(name, user, Cat("/console/images/", PercentEncode(name)), wanted.text));
      break;
    }
  }
  return out;
}

json ObjectHit(const std::string& bucket, const std::string& key, const std::string& detail,
               const SearchWanted& wanted) {
  std::string href = Cat("/console/objects/", PercentEncode(bucket));
  for (size_t at = 0; at < key.size();) {
    const size_t slash = std::min(key.find('/', at), key.size());
    href += Cat("/", PercentEncode(key.substr(at, slash - at)));
    at = slash + 1;
  }
  return Hit(Cat(kObjectScheme, bucket, "/", key), detail, href, wanted.text);
}

// What begins with the prefix, folders first.
void AddObjects(ObjectStore& objects, const std::string& bucket, const std::string& prefix, const SearchWanted& wanted,
                json* out) {
  const auto found = objects.List(bucket, prefix, "/", "", wanted.limit);
  if (!found) return;
  const auto add = [&](const std::string& key, const std::string& detail) {
    if (out->size() < wanted.limit) out->push_back(ObjectHit(bucket, key, detail, wanted));
  };
  for (const std::string& folder : found->common_prefixes) add(folder, "");
  for (const ObjectInfo& info : found->objects) add(info.key, FormatRfc3339(info.modified_at));
}

json ObjectHits(ObjectStore& objects, const SearchWanted& wanted) {
  json out = json::array();
  const bool is_address = wanted.text.starts_with(kObjectScheme);
  const std::string rest = is_address ? wanted.text.substr(kObjectScheme.size()) : wanted.text;
  for (const auto& [bucket, made] : objects.ListBuckets()) {
    if (IsHiddenBucket(bucket) || out.size() == wanted.limit) continue;
    const std::string root = bucket + "/";
    if (rest.starts_with(root)) {
      AddObjects(objects, bucket, rest.substr(root.size()), wanted, &out);
    } else if (bucket.starts_with(rest)) {
      out.push_back(ObjectHit(bucket, "", "", wanted));
    } else if (!is_address) {
      AddObjects(objects, bucket, rest, wanted, &out);
    }
  }
  return out;
}

Result<SearchWanted> WantedOf(const Target& target) {
  const auto limit = target.Number("limit", 8, 1, 50);
  if (!limit) return std::unexpected(limit.error());
  SearchWanted out{target.Get("q"), target.Get("project"), target.Get("domain"), static_cast<uint64_t>(*limit)};
  if (out.text.empty() || out.text.size() > kTextMax)
    return InvalidField("q", Cat("q has to be a text of at most ", kTextMax, " bytes"));
  return out;
}

}  // namespace

json SearchGroups(MetadataReader& reader, const std::vector<HostImage>& images, ObjectStore& objects,
                  const SearchWanted& wanted) {
  return {{"executions", Executions(reader, wanted)},
          {"workflows", Names(reader, wanted, EntityKind::kWorkflow, "workflows")},
          {"tasks", Names(reader, wanted, EntityKind::kTask, "tasks")},
          {"plans", Names(reader, wanted, EntityKind::kLaunchPlan, "launchPlans")},
          {"pods", Pods(reader, wanted)},
          {"images", ImageHits(reader, images, wanted)},
          {"objects", ObjectHits(objects, wanted)}};
}

net::HttpResponse SearchAnswer(const LocalApiDeps& deps, const Target& target) {
  const auto wanted = WantedOf(target);
  if (!wanted) return ErrorAnswer(wanted.error());
  const uint64_t seq = deps.events->Seq();
  // Without an engine that answers there are still those that tasks name.
  const auto images = deps.images.List().value_or(std::vector<HostImage>());
  const json groups =
      deps.store.Query([&](MetadataReader& reader) { return SearchGroups(reader, images, deps.objects, *wanted); });
  return JsonAnswer(200, {{"groups", groups}, {"seq", seq}, {"rev", deps.events->RevAt(seq)}});
}

}  // namespace sandbox::api
