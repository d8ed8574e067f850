#include "api/kube/room.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "api/kube/pod_events.h"

namespace sandbox::kube {
namespace {

constexpr auto kEventsKept = std::chrono::hours(1);  // as a cluster keeps them, in lists that name no pod

std::shared_ptr<const Marks> FindMarks(Room& room, MetadataReader& reader, const ExecutionId& id) {
  if (auto known = room.marks.Find(id)) return known;
  const auto record = reader.FindExecution(id);
  auto made = std::make_shared<const Marks>(record ? MarksOf(*record) : Marks{});
  if (record) room.marks.Add(id, made, 1);
  return made;
}

std::vector<model::TaskRecord> PodRows(MetadataReader& reader, const Snapshot& snapshot, const std::string& where,
                                       const std::string& name) {
  std::vector<model::TaskRecord> rows;
  if (where.empty() || name.empty()) {
    rows = reader.ListPods(where, 0);
  } else if (auto row = reader.FindPod(where, name)) {
    rows.push_back(std::move(*row));
  }
  std::erase_if(rows, [&](const model::TaskRecord& row) {
    return !HasPod(row) || snapshot.deleted->contains(PodKey(row)) || (!name.empty() && row.generated_name != name);
  });
  return rows;
}

Instant DeletedAt(const Snapshot& snapshot, const model::TaskRecord& row) {
  const auto found = snapshot.deleting.find(PodKey(row));
  return found == snapshot.deleting.end() || IsOver(row) ? Instant{} : found->second;
}

std::vector<Object> Make(const Resource& resource, const PodView& pod, Instant now) {
  if (resource.id == ResourceId::kEvents) return PodEvents(pod, now);
  std::vector<Object> out;
  out.push_back(PodObject(pod, now));
  return out;
}

std::optional<Used> UseOf(const Room& room, const model::TaskRecord& row) {
  std::ifstream in(room.deps.logs / row.id.node.execution.Namespace() / (row.generated_name + ".stat"),
                   std::ios::binary);
  std::ostringstream bytes;
  if (in) bytes << in.rdbuf();
  return LastUse(row, model::DecodeSamples(bytes.str()));
}

class Collector {
 public:
  Collector(Room& room, MetadataReader& reader, const Snapshot& snapshot, const Resource& resource,
            const KubeRequest& request, const Selection& selection)
      : room_(room),
        reader_(reader),
        snapshot_(snapshot),
        resource_(resource),
        request_(request),
        selection_(selection) {}

  Result<std::vector<Object>> Run() {
    switch (resource_.id) {
      case ResourceId::kPods:
      case ResourceId::kEvents: OfPods(); break;
      case ResourceId::kNamespaces:
        for (const auto& [name, created] : Namespaces()) Add(NamespaceObject(name, created, snapshot_.now));
        break;
      case ResourceId::kNodes: Add(NodeObject(room_.deps.machine(), snapshot_.now)); break;
      case ResourceId::kSecrets:
        if (Status read = Secrets(); !read) return std::unexpected(std::move(read.error()));
        break;
      case ResourceId::kPodMetrics:
      case ResourceId::kNodeMetrics: Metrics(); break;
    }
    return std::move(out_);
  }

  std::map<std::string, Instant> Namespaces() {
    std::map<std::string, Instant> out;
    const auto projects = reader_.ListProjects({});
    if (!projects) return out;
    for (const model::ProjectRecord& project : *projects) {
      for (const std::string& domain : room_.deps.domains())
        out.emplace(Cat(project.id, "-", domain), project.created_at);
    }
    return out;
  }

 private:
  void Add(Object object) {
    const bool named = request_.name.empty() || object.fields["metadata.name"] == request_.name;
    if (named && selection_.Takes(object)) out_.push_back(std::move(object));
  }

  void OfPods() {
    const bool events = resource_.id == ResourceId::kEvents;
    const std::string about = events                  ? selection_.fields.Wanted("involvedObject.name")
                              : request_.name.empty() ? selection_.fields.Wanted("metadata.name")
                                                      : request_.name;
    const bool recent = events && about.empty() && request_.name.empty();
    const Instant oldest = snapshot_.now - kEventsKept;
    for (const model::TaskRecord& row : PodRows(reader_, snapshot_, request_.pod_namespace, about)) {
      if (recent && IsOver(row) && row.updated_at < oldest) continue;
      const auto marks = FindMarks(room_, reader_, row.id.node.execution);
      for (Object& object : Make(resource_, {row, *marks, DeletedAt(snapshot_, row)}, snapshot_.now))
        Add(std::move(object));
    }
    std::multimap<std::string, Object> sorted;
    for (Object& object : out_) {
      std::string key = events ? object.body["lastTimestamp"].dump()
                               : Cat(object.fields.at("metadata.namespace"), "/", object.fields.at("metadata.name"));
      sorted.emplace(std::move(key), std::move(object));
    }
    out_.clear();
    for (auto& [key, object] : sorted) out_.push_back(std::move(object));
  }

  Status Secrets() {
    auto stored = room_.deps.secrets.List();
    if (!stored) return std::unexpected(std::move(stored.error()));
    std::map<std::string, std::vector<StoredSecret>> groups;
    for (StoredSecret& each : *stored) groups[each.name.group].push_back(std::move(each));
    for (const auto& [where, created] : Namespaces()) {
      if (!request_.pod_namespace.empty() && request_.pod_namespace != where) continue;
      for (const auto& [group, keys] : groups) Add(SecretObject(where, group, keys, snapshot_.now));
    }
    return {};
  }

  void Metrics() {
    const bool pods = resource_.id == ResourceId::kPodMetrics;
    std::vector<Used> all;
    for (const model::TaskRecord& row : PodRows(reader_, snapshot_, pods ? request_.pod_namespace : "", "")) {
      if (IsOver(row) || StartOf(row) == Instant{}) continue;
      const auto used = UseOf(room_, row);
      if (!used) continue;
      all.push_back(*used);
      if (!pods) continue;
      const auto marks = FindMarks(room_, reader_, row.id.node.execution);
      Add(PodMetricsObject(row, *used, PodObject({row, *marks, {}}, snapshot_.now).labels));
    }
    if (!pods) Add(NodeMetricsObject(all, snapshot_.now));
  }

  Room& room_;
  MetadataReader& reader_;
  const Snapshot& snapshot_;
  const Resource& resource_;
  const KubeRequest& request_;
  const Selection& selection_;
  std::vector<Object> out_;
};

}  // namespace

Room::Room(KubeDeps the_deps)
    : deps(std::move(the_deps)),
      board(std::make_shared<PodBoard>(deps.executor, deps.workers, deps.feed, deps.store, deps.clock,
                                       deps.logs / "deleted-pods")) {}

Snapshot Look(Room& room) {
  Snapshot out;
  out.version = room.board->Version();
  out.now = room.deps.clock.Now();
  out.deleted = room.board->Deleted();
  out.deleting = room.board->Deletions();
  return out;
}

Result<std::vector<Object>> Collect(Room& room, const Snapshot& snapshot, const Resource& resource,
                                    const KubeRequest& request, const Selection& selection) {
  return room.deps.store.Query(
      [&](MetadataReader& reader) { return Collector(room, reader, snapshot, resource, request, selection).Run(); });
}

std::optional<model::TaskRecord> FindPodRow(Room& room, const Snapshot& snapshot, const KubeRequest& request) {
  auto rows = room.deps.store.Query(
      [&](MetadataReader& reader) { return PodRows(reader, snapshot, request.pod_namespace, request.name); });
  if (rows.empty()) return std::nullopt;
  return std::move(rows.back());
}

std::vector<Object> ObjectsOf(Room& room, const Resource& resource, const PodState& state, Instant now) {
  if (!state.row) return {};
  const auto marks = room.deps.store.Query(
      [&](MetadataReader& reader) { return FindMarks(room, reader, state.row->id.node.execution); });
  return Make(resource, {*state.row, *marks, state.deleted_at}, now);
}

bool NamespaceExists(Room& room, const std::string& name) {
  static const KubeRequest request;
  static const Selection selection;
  const Snapshot none;
  return room.deps.store.Query([&](MetadataReader& reader) {
    return Collector(room, reader, none, Resources().front(), request, selection).Namespaces().contains(name);
  });
}

}  // namespace sandbox::kube
