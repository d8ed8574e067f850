#include "feed/feed.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "sandbox/base/error.h"

namespace sandbox::feed {
namespace {

std::string Place(const ExecutionId& id) { return Cat(id.project, "/", id.domain, "/", id.name); }
std::string Place(const NodeExecutionId& id) { return Cat(Place(id.execution), "/", id.node); }
std::string Place(const EntityId& id) {
  return Cat(static_cast<int>(id.kind), "/", id.project, "/", id.domain, "/", id.name, "/", id.version);
}

struct Key {
  std::string operator()(const ExecutionChange& c) const { return Cat("e/", Place(c.id)); }
  std::string operator()(const NodeChange& c) const { return Cat("n/", Place(c.row->id)); }
  std::string operator()(const AttemptChange& c) const {
    return Cat("a/", Place(c.row->id.node), "/", c.row->id.attempt);
  }
  std::string operator()(const SignalChange& c) const {
    return Cat("s/", Place(c.row->execution), "/", c.row->signal_id);
  }
  std::string operator()(const EntityChange& c) const { return Cat("d/", Place(c.id)); }
  std::string operator()(const ScheduleChange& c) const { return Cat("t/", Place(c.launch_plan)); }
  std::string operator()(const AttributesChange& c) const {
    return Cat("l/", c.key.resource, "/", c.key.project, "/", c.key.domain, "/", c.key.workflow, "/",
               c.key.launch_plan);
  }
  std::string operator()(const LogChange& c) const { return Cat("o/", c.pod_namespace, "/", c.pod); }
  // Each sample is a row of its own.
  std::string operator()(const UsageChange& c) const {
    return Cat("u/", Place(c.attempt.node), "/", c.attempt.attempt, "/", c.at_ms);
  }
  std::string operator()(const MachineChange&) const { return "m"; }
};

size_t ErrorBytes(const std::optional<model::ExecutionError>& error) {
  return error ? error->message.size() + error->error_uri.size() : 0;
}

size_t BytesOfPod(const model::PodRecord& pod) {
  size_t out = 0;
  for (const model::ContainerEnd& end : pod.ends) out += sizeof(end) + end.message.size();
  if (!pod.definition) return out;
  for (const model::PodContainer& container : pod.definition->containers) {
    out += sizeof(container);
    for (const auto* texts : {&container.command, &container.args, &container.env_names}) {
      for (const std::string& text : *texts) out += sizeof(text) + text.size();
    }
  }
  return out;
}

// The texts that can be long; the rest of a row is of one size, about.
struct Bytes {
  size_t operator()(const ExecutionChange& c) const {
    if (!c.row) return 0;
    return sizeof(*c.row) + c.row->spec.size() + c.row->inputs.size() + c.row->user_inputs.size() +
           ErrorBytes(c.row->error);
  }
  size_t operator()(const NodeChange& c) const {
    return sizeof(*c.row) + c.row->input_uri.size() + c.row->output_uri.size() + c.row->dynamic_workflow.size() +
           ErrorBytes(c.row->error);
  }
  size_t operator()(const AttemptChange& c) const {
    size_t out = sizeof(*c.row) + c.row->input_uri.size() + c.row->output_uri.size() + c.row->custom_info.size() +
                 c.row->external_resources.size() + ErrorBytes(c.row->error);
    for (const model::Reason& reason : c.row->reasons) out += sizeof(reason) + reason.message.size();
    return out + BytesOfPod(c.row->pod);
  }
  size_t operator()(const SignalChange& c) const { return sizeof(*c.row) + c.row->type.size() + c.row->value.size(); }
  size_t operator()(const auto&) const { return 0; }
};

}  // namespace

size_t BytesOf(const Change& change) { return sizeof(Numbered) + 128 + std::visit(Bytes{}, change); }
std::string KeyOf(const Change& change) { return std::visit(Key{}, change); }

struct Subscription::Queue {
  ChangeKinds kinds;
  std::function<bool(const Change&)> wants;
  Limits limits;
  std::function<void()> wake;

  Batch waiting;
  std::unordered_map<std::string, size_t> places;  // by row, in `waiting`
  size_t bytes = 0;

  // Whether the reader has to be woken.
  bool Add(const Numbered& added) {
    const bool was_empty = waiting.changes.empty() && !waiting.reset;
    const size_t size = BytesOf(added.change);
    const auto [place, is_new] = places.emplace(KeyOf(added.change), waiting.changes.size());
    if (!is_new) {
      Numbered& old = waiting.changes[place->second];
      bytes += size - BytesOf(old.change);
      old.change = added.change;
    } else {
      bytes += size;
      waiting.changes.push_back(added);
    }
    if (waiting.changes.size() > limits.changes || bytes > limits.bytes) {
      Clear();
      waiting.reset = true;
    }
    return was_empty;
  }

  void Clear() {
    waiting = {};
    places.clear();
    bytes = 0;
  }
};

struct Feed::Readers {
  std::mutex mutex;
  std::vector<std::shared_ptr<Subscription::Queue>> queues;
  uint64_t commits = 0;
  std::atomic<uint32_t> wanted = 0;

  // Under the mutex.
  void CountWanted() {
    uint32_t bits = 0;
    for (const auto& queue : queues) bits |= queue->kinds.Bits();
    wanted.store(bits, std::memory_order_relaxed);
  }
};

Feed::Feed() : readers_(std::make_shared<Readers>()) {}
Feed::~Feed() = default;

ChangeKinds Feed::Wanted() const { return ChangeKinds::FromBits(readers_->wanted.load(std::memory_order_relaxed)); }

void Feed::Publish(std::vector<Change> changes) {
  if (changes.empty()) return;
  std::lock_guard lock(readers_->mutex);
  const uint64_t commit = ++readers_->commits;
  std::vector<Numbered> numbered;
  numbered.reserve(changes.size());
  for (Change& change : changes) numbered.push_back({commit, std::move(change)});
  for (const auto& queue : readers_->queues) {
    bool wake = false;
    for (const Numbered& change : numbered) {
      if (!queue->kinds.Has(change.change) || (queue->wants && !queue->wants(change.change))) continue;
      wake |= queue->Add(change);
    }
    if (wake) queue->wake();
  }
}

std::unique_ptr<Subscription> Feed::Subscribe(ChangeKinds kinds, std::function<bool(const Change&)> wants,
                                              Limits limits, std::function<void()> wake) {
  auto queue = std::make_shared<Subscription::Queue>();
  queue->kinds = kinds;
  queue->wants = std::move(wants);
  queue->limits = limits;
  queue->wake = std::move(wake);
  {
    std::lock_guard lock(readers_->mutex);
    readers_->queues.push_back(queue);
    readers_->CountWanted();
  }
  return std::unique_ptr<Subscription>(new Subscription(readers_, std::move(queue)));
}

Subscription::Subscription(std::shared_ptr<Feed::Readers> readers, std::shared_ptr<Queue> queue)
    : readers_(std::move(readers)), queue_(std::move(queue)) {}

Subscription::~Subscription() {
  std::lock_guard lock(readers_->mutex);
  std::erase(readers_->queues, queue_);
  readers_->CountWanted();
}

Subscription::Batch Subscription::Take() {
  std::lock_guard lock(readers_->mutex);
  Batch out = std::move(queue_->waiting);
  queue_->Clear();
  return out;
}

}  // namespace sandbox::feed
