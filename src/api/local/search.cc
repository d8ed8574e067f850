#include "api/local/search.h"

#include <nlohmann/json.hpp>

#include "api/local/entity_list.h"
#include "api/local/execution_filter.h"
#include "sandbox/base/encoding.h"
#include "sandbox/base/text.h"

namespace sandbox::api {
namespace {

using nlohmann::json;

constexpr size_t kTextMax = 200;

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

json Executions(MetadataReader& reader, const Target& target, uint64_t limit) {
  ExecutionSearch search;
  search.project = target.Get("project");
  search.domain = target.Get("domain");
  search.text = target.Get("q");
  search.limit = limit;
  json out = json::array();
  for (const model::ExecutionRecord& record : reader.SearchExecutions(search).executions) {
    const bool task = record.launch_plan.kind == EntityKind::kTask;
    const EntityId& what = task ? record.launch_plan : record.workflow;
    out.push_back(
        Hit(record.id.name, Cat(what.name, " ", PhaseName(record.phase)),
            Cat(PlaceHref(record.id.project, record.id.domain), "/executions/", PercentEncode(record.id.name)),
            search.text));
  }
  return out;
}

json Names(MetadataReader& reader, const Target& target, EntityKind kind, const char* section, uint64_t limit) {
  const EntityFilter filter{target.Get("project"), target.Get("domain"), kind, target.Get("q"), false};
  json out = json::array();
  for (const model::NamedEntityRecord& name : FindNames(reader, filter, limit)) {
    out.push_back(Hit(name.id.name, Cat(name.id.project, "/", name.id.domain),
                      Cat(PlaceHref(name.id.project, name.id.domain), "/", section, "/", PercentEncode(name.id.name)),
                      filter.text));
  }
  return out;
}

}  // namespace

Result<json> Search(MetadataReader& reader, const LocalApiDeps&, const Target& target) {
  const auto limit = target.Number("limit", 8, 1, 50);
  if (!limit) return std::unexpected(limit.error());
  const std::string text = target.Get("q");
  if (text.empty() || text.size() > kTextMax)
    return InvalidField("q", Cat("q has to be a text of at most ", kTextMax, " bytes"));
  const auto count = static_cast<uint64_t>(*limit);
  return json{{"groups",
               {{"executions", Executions(reader, target, count)},
                {"workflows", Names(reader, target, EntityKind::kWorkflow, "workflows", count)},
                {"tasks", Names(reader, target, EntityKind::kTask, "tasks", count)},
                {"plans", Names(reader, target, EntityKind::kLaunchPlan, "launchPlans", count)}}}};
}

}  // namespace sandbox::api
