// What is told because of what the feed tells: one change can be several events, and progress is told now and then.

#include <algorithm>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "api/local/event_hub.h"
#include "api/local/event_stream.h"
#include "net/coroutines.h"

namespace sandbox::api {

namespace asio = boost::asio;

bool EventHub::Wants(Topic::Kind kind) const {
  return std::ranges::any_of(streams_, [kind](const auto& stream) {
    return std::ranges::any_of(stream->topics, [kind](const Topic& topic) { return topic.kind == kind; });
  });
}

asio::awaitable<void> EventHub::Look(std::shared_ptr<bool> alive, EventHub* hub) {
  while (!hub->closed_ && (hub->Wants(Topic::Kind::kImages) || hub->Wants(Topic::Kind::kBuild))) {
    auto rows = co_await net::Offload(hub->workers_, hub->look_);
    if (!*alive) co_return;
    hub->TellSeen(std::move(rows));
    if (hub->closed_) break;
    hub->look_again_.expires_after(hub->options_.look_pause);
    boost::system::error_code ignored;
    co_await hub->look_again_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    if (!*alive) co_return;
  }
  hub->looking_ = false;
}

void EventHub::TellSeen(std::vector<SeenRow> rows) {
  const Instant now = clock_.Now();
  for (SeenRow& seen : rows) {
    auto event = std::make_shared<Event>();
    event->commit = commit_;
    event->key = Cat(seen.name, "/", seen.id);
    event->name = std::move(seen.name);
    event->seen_id = std::move(seen.id);
    event->row = std::move(seen.row);
    event->seq = event->number = ++seq_;
    event->at = now;
    Keep(event);
    Deliver(event);
  }
}

// Everything that is told because of a batch, in its order, without numbers and rows.
std::vector<std::shared_ptr<EventHub::Event>> EventHub::Expand(feed::Subscription::Batch batch) {
  std::vector<std::shared_ptr<Event>> out;
  const auto add = [&](uint64_t commit, Change change) {
    for (EventKey& key : EventsOf(change)) {
      auto event = std::make_shared<Event>();
      event->commit = commit;
      event->name = std::move(key.name);
      event->key = std::move(key.key);
      event->change = change;
      out.push_back(std::move(event));
    }
  };
  const Instant now = clock_.Now();
  std::set<ExecutionId> told;  // of themselves, in this batch
  for (feed::Numbered& numbered : batch.changes) {
    commit_ = numbered.commit;
    if (const auto* usage = std::get_if<UsageChange>(&numbered.change)) {
      used_.Take(*usage, now);
      machine_due_ = true;
      if (!IsSampled(*usage)) continue;
    }
    if (const auto* attempt = std::get_if<AttemptChange>(&numbered.change)) {
      if (IsTerminal(attempt->row->phase)) used_.Forget(attempt->row->id);
      machine_due_ = true;
    }
    Note(numbered.change);
    if (const auto* execution = std::get_if<ExecutionChange>(&numbered.change)) told.insert(execution->id);
    add(numbered.commit, std::move(numbered.change));
  }
  std::erase_if(progress_.executions, [&](const ExecutionId& id) { return told.contains(id); });
  if (!progress_.Empty() && now - progress_at_ >= options_.progress_pause) {
    progress_at_ = now;
    TellProgress(commit_, out);
  }
  if (!options_.machine || (!Wants(Topic::Kind::kMachine) && !Wants(Topic::Kind::kHome))) machine_due_ = false;
  if (machine_due_ && now - machine_at_ >= std::chrono::seconds(1)) {
    machine_at_ = now;
    machine_due_ = false;
    add(commit_, options_.machine());
  }
  return out;
}

// Samples are many: those that nobody asked for are not kept.
bool EventHub::IsSampled(const UsageChange& usage) const {
  return std::ranges::any_of(streams_, [&usage](const auto& stream) {
    return std::ranges::any_of(stream->topics,
                               [&usage](const Topic& topic) { return Belongs("stats", usage, "", topic); });
  });
}

bool EventHub::IsWatched(const ExecutionId& run) const {
  return std::ranges::any_of(streams_, [&run](const auto& stream) {
    return std::ranges::any_of(
        stream->topics, [&run](const Topic& topic) { return topic.kind == Topic::Kind::kRun && RunOf(topic) == run; });
  });
}

// What a change says of the progress of its execution.
void EventHub::Note(const Change& change) {
  std::optional<ExecutionId> of;
  if (const auto* execution = std::get_if<ExecutionChange>(&change)) of = execution->id;
  if (const auto* attempt = std::get_if<AttemptChange>(&change)) of = attempt->row->id.node.execution;
  if (const auto* signal = std::get_if<SignalChange>(&change)) of = signal->row->execution;
  if (const auto* node = std::get_if<NodeChange>(&change)) {
    of = node->row->id.execution;
    if (node->row->parent.empty()) progress_.executions.insert(*of);
    if (node->row->item >= 0) progress_.arrays.insert({*of, node->row->parent});
  }
  if (of && IsWatched(*of)) progress_.stories.insert(std::move(*of));
}

void EventHub::TellProgress(uint64_t commit, std::vector<std::shared_ptr<Event>>& out) {
  const Progress progress = std::exchange(progress_, {});
  const auto add = [&](const char* name, Change change, bool read_again) {
    auto event = std::make_shared<Event>();
    event->commit = commit;
    event->name = name;
    event->key = Cat(name, "/", feed::KeyOf(change));
    event->read_again = read_again;
    event->change = std::move(change);
    out.push_back(std::move(event));
  };
  for (const ExecutionId& id : progress.executions) add("execution", ExecutionChange{id, nullptr}, true);
  for (const NodeExecutionId& id : progress.arrays) {
    model::NodeRecord only_id;
    only_id.id = id;
    add("node", NodeChange{std::make_shared<const model::NodeRecord>(std::move(only_id))}, true);
  }
  for (const ExecutionId& id : progress.stories) add("story", ExecutionChange{id, nullptr}, false);
}

}  // namespace sandbox::api
