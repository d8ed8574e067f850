#include "retention/collector.h"

#include <future>
#include <map>
#include <memory>
#include <set>
#include <system_error>
#include <utility>

#include "engine/pod.h"

namespace sandbox::retention {
namespace {

constexpr size_t kPage = 1000;
constexpr const char* kFilesOfPod[] = {".log", ".idx", ".stat"};

// The key of a folder in the platform's bucket, with its slash; empty for one that is elsewhere.
std::string KeyBelow(const ObjectLayout& layout, const std::string& address, const std::string& folder) {
  const std::string root = layout.Uri("");
  if (!address.starts_with(Cat(root, folder, "/"))) return "";
  return Cat(address.substr(root.size()), "/");
}

}  // namespace

// One collection.
struct Collector::Pass {
  const Mode mode;
  const References references;
  const std::set<std::string> shared_names;
  Collected collected;
};

Collector::Collector(MetadataStore& store, ObjectStore& objects, ObjectLayout layout, std::filesystem::path logs)
    : store_(store), objects_(objects), layout_(std::move(layout)), logs_(std::move(logs)) {}

std::vector<EndedRun> Collector::EndedBefore(Instant time) {
  return store_.Query([time](MetadataReader& reader) { return reader.RunsEndedBefore(time); });
}

// The oldest ones, beside those that are due already.
Status Collector::AddOldest(const Limits& limits, Pass& counting, std::vector<EndedRun>& due) {
  const auto name = [](const EndedRun& run) { return run.executions.front(); };
  std::set<ExecutionId> known;
  for (const EndedRun& run : due) known.insert(name(run));
  std::map<ExecutionId, uint64_t> sizes;
  uint64_t rest = 0;
  for (const EndedRun& run : EndedBefore(Instant::max())) {
    if (known.contains(name(run))) continue;
    const uint64_t before = counting.collected.bytes;
    if (Status counted = Take(counting, run); !counted) return counted;
    rest += sizes[name(run)] = counting.collected.bytes - before;
  }
  for (EndedRun& run : EndedBefore(limits.recent)) {
    if (rest <= *limits.bytes) break;
    const auto size = sizes.find(name(run));
    if (size == sizes.end()) continue;
    rest -= size->second;
    due.push_back(std::move(run));
  }
  return {};
}

Result<Collected> Collector::Collect(const Limits& limits, Mode mode, std::chrono::steady_clock::time_point enough) {
  std::scoped_lock lock(mutex_);
  std::vector<EndedRun> due = limits.before ? EndedBefore(*limits.before) : std::vector<EndedRun>();
  if (due.empty() && !limits.bytes) return Collected();
  auto references = References::OfCache(store_, objects_, layout_);
  if (!references) return std::unexpected(std::move(references.error()));
  const auto shared = store_.Query([](MetadataReader& reader) { return reader.SharedExecutionNames(); });
  if (limits.bytes) {
    Pass counting{Mode::kCount, *references, shared, {}};
    if (Status added = AddOldest(limits, counting, due); !added) return std::unexpected(std::move(added.error()));
  }
  Pass pass{mode, std::move(*references), shared, {}};
  for (const EndedRun& run : due) {
    pass.collected.more = mode == Mode::kRemove && std::chrono::steady_clock::now() >= enough;
    if (pass.collected.more) break;
    if (Status taken = Take(pass, run); !taken) return std::unexpected(std::move(taken.error()));
  }
  return pass.collected;
}

Status Collector::Take(Pass& pass, const EndedRun& run) {
  const auto first = store_.Query([&](MetadataReader& reader) { return reader.FindExecution(run.executions.front()); });
  if (!first) return {};  // it is gone already
  const uint64_t before = pass.collected.bytes;
  for (const ExecutionId& id : run.executions) {
    if (Status taken = TakeExecution(pass, id); !taken) return taken;
  }
  if (pass.mode == Mode::kRemove) {
    if (Status forgotten = Forget(run); !forgotten) return forgotten;
  }
  Collected& sum = pass.collected;
  ++sum.runs;
  sum.executions += run.executions.size();
  if (sum.list.size() < kListed) sum.list.push_back({first->id, first->created_at, sum.bytes - before});
  if (!sum.oldest || first->created_at < *sum.oldest) sum.oldest = first->created_at;
  return {};
}

Status Collector::TakeExecution(Pass& pass, const ExecutionId& id) {
  std::optional<model::ExecutionRecord> execution;
  std::vector<model::TaskRecord> attempts;
  store_.Read([&](MetadataReader& reader) {
    execution = reader.FindExecution(id);
    attempts = reader.TasksOf(id);
  });
  if (!execution) return {};
  for (const model::TaskRecord& attempt : attempts) TakeLog(pass, attempt);

  // The folders of raw data are named after the execution alone, whatever project and domain it is in.
  std::set<std::string> raw_data;
  if (!pass.shared_names.contains(id.name)) {
    for (const model::TaskRecord& attempt : attempts)
      raw_data.insert(KeyBelow(layout_, engine::RawOutputPrefix(layout_, *execution, attempt.id), layout_.raw_data));
    raw_data.erase("");
  }
  for (const std::string& key : raw_data) {
    if (Status taken = TakeFolder(pass, key); !taken) return taken;
  }
  if (Status taken = TakeFolder(pass, KeyBelow(layout_, layout_.NodesUri(id), layout_.nodes)); !taken) return taken;
  return TakeFolder(pass, Cat(layout_.ExecutionKey(id), "/"));
}

Status Collector::TakeFolder(Pass& pass, const std::string& key) {
  if (pass.references.NameSomethingBelow(layout_.Uri(key))) {
    ++pass.collected.folders_kept;
    return {};
  }
  std::string after;
  for (bool truncated = true; truncated;) {
    const auto listing = objects_.List(layout_.bucket, key, "", after, kPage);
    if (!listing) return std::unexpected(listing.error());
    for (const ObjectInfo& object : listing->objects) {
      if (pass.mode == Mode::kRemove) {
        if (Status removed = objects_.Remove(layout_.bucket, object.key); !removed) return removed;
      }
      ++pass.collected.objects;
      pass.collected.bytes += object.size;
    }
    truncated = listing->truncated;
    after = listing->last;
  }
  return {};
}

// A file that cannot be removed does not keep the run.
void Collector::TakeLog(Pass& pass, const model::TaskRecord& attempt) {
  if (attempt.generated_name.empty()) return;
  const auto folder = logs_ / attempt.id.node.execution.Namespace();
  bool any = false;
  for (const char* extension : kFilesOfPod) {
    const auto file = folder / Cat(attempt.generated_name, extension);
    std::error_code error;
    const uint64_t size = std::filesystem::file_size(file, error);
    if (error) continue;
    if (pass.mode == Mode::kRemove) std::filesystem::remove(file, error);
    any = true;
    pass.collected.bytes += size;
  }
  if (any) ++pass.collected.logs;
}

Status Collector::Forget(const EndedRun& run) {
  const auto done = std::make_shared<std::promise<Status>>();
  store_.Write(
      [run](MetadataWriter& writer) -> Status {
        for (const ExecutionId& id : run.executions) {
          if (Status removed = writer.RemoveExecution(id); !removed && removed.error().code != Code::kNotFound)
            return removed;
        }
        return {};
      },
      [done](Status status) { done->set_value(std::move(status)); });
  return done->get_future().get();
}

}  // namespace sandbox::retention
