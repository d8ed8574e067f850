#include "api/local/object_users.h"

#include <algorithm>
#include <vector>

#include "api/local/run_lookup.h"
#include "flyteidl/core/compiler.pb.h"

namespace sandbox::api {
namespace {

namespace core = flyteidl::core;
using nlohmann::json;

constexpr uint64_t kOutputsBytesMax = 64ull << 20;
constexpr size_t kFoldersLooked = 5;  // of a key: raw data lies at PREFIX/SHARD/POD/...

std::vector<std::string> FoldersOf(const std::string& key) {
  std::vector<std::string> out;
  size_t at = 0;
  for (size_t slash = key.find('/'); slash != std::string::npos; slash = key.find('/', at)) {
    out.push_back(key.substr(at, slash - at));
    at = slash + 1;
  }
  return out;
}

json WriterRow(const ExecutionId& id, const std::string& node, int item, std::optional<uint32_t> attempt) {
  return {{"project", id.project},
          {"domain", id.domain},
          {"execution", id.name},
          {"node", node.empty() ? json() : json(node)},
          {"item", item < 0 ? json() : json(item)},
          {"attempt", attempt ? json(*attempt) : json()}};
}

bool NamesIt(std::string_view address, std::string_view uri) {
  while (address.ends_with('/')) address.remove_suffix(1);
  if (address.empty() || !uri.starts_with(address)) return false;
  return uri.size() == address.size() || uri[address.size()] == '/';
}

bool ScalarRefersTo(const core::Scalar& scalar, std::string_view uri) {
  switch (scalar.value_case()) {
    case core::Scalar::kBlob: return NamesIt(scalar.blob().uri(), uri);
    case core::Scalar::kSchema: return NamesIt(scalar.schema().uri(), uri);
    case core::Scalar::kStructuredDataset: return NamesIt(scalar.structured_dataset().uri(), uri);
    case core::Scalar::kPrimitive: return NamesIt(scalar.primitive().string_value(), uri);
    case core::Scalar::kUnion: return RefersTo(scalar.union_().value(), uri);
    // Files inside of a dataclass.
    case core::Scalar::kBinary: return scalar.binary().value().find(uri) != std::string::npos;
    case core::Scalar::kGeneric: return scalar.generic().SerializeAsString().find(uri) != std::string::npos;
    default: return false;
  }
}

bool MapRefersTo(const core::LiteralMap& map, std::string_view uri) {
  return std::ranges::any_of(map.literals(), [&](const auto& each) { return RefersTo(each.second, uri); });
}

bool StoredValuesReferTo(ObjectStore& objects, const std::string& stored, std::string_view uri) {
  if (stored == uri) return true;
  const auto place = ParseObjectUri(stored);
  if (!place) return false;
  const auto bytes = objects.Get(place->bucket, place->key, kOutputsBytesMax);
  core::LiteralMap values;
  return bytes && values.ParseFromString(*bytes) && MapRefersTo(values, uri);
}

bool Uses(const ObjectCallDeps& deps, MetadataReader& reader, const model::ExecutionRecord& run,
          const std::string& uri) {
  core::LiteralMap inputs;
  if (inputs.ParseFromString(run.inputs) && MapRefersTo(inputs, uri)) return true;
  // Its code: an archive is named in the arguments of its tasks.
  const auto plan = deps.plans.Find(reader, run.workflow);
  if (plan != nullptr && plan->Closure().SerializeAsString().find(uri) != std::string::npos) return true;
  return std::ranges::any_of(reader.NodesOf(run.id), [&](const model::NodeRecord& node) {
    return (!node.input_uri.empty() && StoredValuesReferTo(deps.objects, node.input_uri, uri)) ||
           (!node.output_uri.empty() && StoredValuesReferTo(deps.objects, node.output_uri, uri));
  });
}

}  // namespace

std::optional<ExecutionId> FindByFolder(MetadataReader& reader, const std::string& folder) {
  for (size_t first = folder.find('-'); first != std::string::npos; first = folder.find('-', first + 1)) {
    for (size_t second = folder.find('-', first + 1); second != std::string::npos;
         second = folder.find('-', second + 1)) {
      const ExecutionId id{folder.substr(0, first), folder.substr(first + 1, second - first - 1),
                           folder.substr(second + 1)};
      if (reader.FindExecution(id)) return id;
    }
  }
  return std::nullopt;
}

bool RefersTo(const core::Literal& literal, std::string_view uri) {
  switch (literal.value_case()) {
    case core::Literal::kScalar: return ScalarRefersTo(literal.scalar(), uri);
    case core::Literal::kCollection:
      return std::ranges::any_of(literal.collection().literals(),
                                 [&](const core::Literal& each) { return RefersTo(each, uri); });
    case core::Literal::kMap: return MapRefersTo(literal.map(), uri);
    case core::Literal::kOffloadedMetadata: return NamesIt(literal.offloaded_metadata().uri(), uri);
    default: return false;
  }
}

json Writers::OfPod(const std::string& name) {
  const auto [found, is_new] = known_.try_emplace(name);
  if (!is_new) return found->second;
  // A pod's name has its execution's, its node's and its attempt's part.
  if (std::ranges::count(name, '-') >= 2) {
    if (const auto task = reader_.FindPod("", name)) {
      const std::string array = ArrayOf(reader_, *task);
      found->second =
          WriterRow(task->id.node.execution, array.empty() ? task->id.node.node : array, task->item, task->id.attempt);
    }
  }
  return found->second;
}

json Writers::OfFolder(const std::string& folder, const std::string& node) {
  const auto [found, is_new] = known_.try_emplace(folder + "/" + node);
  if (!is_new) return found->second;
  if (const auto id = FindByFolder(reader_, folder)) found->second = WriterRow(*id, node, -1, std::nullopt);
  return found->second;
}

json Writers::Of(const std::string& bucket, const std::string& key) {
  if (const std::string nodes = layout_.nodes + "/"; bucket == layout_.bucket && key.starts_with(nodes)) {
    const std::vector<std::string> folders = FoldersOf(key.substr(nodes.size()));
    return folders.size() < 2 ? json() : OfFolder(folders[0], folders[1]);
  }
  const std::vector<std::string> folders = FoldersOf(key);
  for (size_t i = 0; i < std::min(folders.size(), kFoldersLooked); ++i) {
    if (json writer = OfPod(folders[i]); !writer.is_null()) return writer;
  }
  return nullptr;
}

std::optional<ExecutionId> RunningUserOf(const ObjectCallDeps& deps, MetadataReader& reader, const std::string& uri) {
  const auto place = ParseObjectUri(uri);
  const json writer = place ? Writers(reader, deps.layout).Of(place->bucket, place->key) : json();
  for (const model::ExecutionRecord& run : reader.ListUnfinishedExecutions()) {
    const bool wrote = !writer.is_null() && writer["project"] == run.id.project && writer["domain"] == run.id.domain &&
                       writer["execution"] == run.id.name;
    if (wrote || Uses(deps, reader, run, uri)) return run.id;
  }
  return std::nullopt;
}

}  // namespace sandbox::api
