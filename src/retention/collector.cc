#include "retention/collector.h"

#include <future>
#include <memory>
#include <set>
#include <system_error>
#include <utility>

#include "engine/pod.h"

namespace sandbox::retention {
namespace {

constexpr size_t kListed = 1000;
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

Result<Collected> Collector::Collect(Instant before, Mode mode, std::chrono::steady_clock::time_point enough) {
  std::scoped_lock lock(mutex_);
  const auto runs = store_.Query([&](MetadataReader& reader) { return reader.RunsEndedBefore(before); });
  if (runs.empty()) return Collected();
  auto references = References::OfCache(store_, objects_, layout_);
  if (!references) return std::unexpected(std::move(references.error()));
  Pass pass{mode,
            std::move(*references),
            store_.Query([](MetadataReader& reader) { return reader.SharedExecutionNames(); }),
            {}};
  for (const EndedRun& run : runs) {
    pass.collected.more = mode == Mode::kRemove && std::chrono::steady_clock::now() >= enough;
    if (pass.collected.more) break;
    if (Status taken = Take(pass, run); !taken) return std::unexpected(std::move(taken.error()));
  }
  return pass.collected;
}

Status Collector::Take(Pass& pass, const EndedRun& run) {
  const auto first = store_.Query([&](MetadataReader& reader) { return reader.FindExecution(run.executions.front()); });
  if (!first) return {};  // it is gone already
  for (const ExecutionId& id : run.executions) {
    if (Status taken = TakeExecution(pass, id); !taken) return taken;
  }
  if (pass.mode == Mode::kRemove) {
    if (Status forgotten = Forget(run); !forgotten) return forgotten;
  }
  Collected& sum = pass.collected;
  ++sum.runs;
  sum.executions += run.executions.size();
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
    const auto listing = objects_.List(layout_.bucket, key, "", after, kListed);
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
