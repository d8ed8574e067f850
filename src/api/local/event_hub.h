#pragma once

// Events for readers of HTTP: what the feed tells becomes rows in JSON, kept for a while in a ring, so that a reader
// that was away goes on where it was (docs/protocol/events.md).
//
// Thread: the executor, but Close and Seq. Rows are read and written as JSON on the workers. A reader that does not
// read costs its queue and nothing else.

#include <atomic>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "api/local/run_lookup.h"
#include "api/local/topics.h"
#include "api/local/used_now.h"
#include "feed/feed.h"
#include "net/http.h"
#include "sandbox/ports/loop.h"
#include "sandbox/ports/metadata_store.h"

namespace sandbox::api {

struct EventHubOptions {
  std::string version, build;
  // What the pods take of the machine; any thread.
  std::function<MachineChange()> machine;
  // Whether the executable is another one by now, so that a stop is for an update; any thread. Empty: it never is.
  std::function<bool()> replaced;
  size_t ring_events = 20'000, ring_bytes = 16 << 20;
  size_t queue_events = 2'000, queue_bytes = 1 << 20;
  size_t streams = 64;
  std::chrono::milliseconds write_pause{50}, comment_pause{15'000}, linger{60'000};
  std::chrono::milliseconds look_pause{1000};
  std::chrono::milliseconds progress_pause{250};  // between two events about the progress of one execution
  std::filesystem::path logs;                     // of pods
};

// A row that is looked at, because nothing tells of it: of images or builds.
struct SeenRow {
  std::string name;  // of the event: "image" or "build"
  std::string id;    // of the row
  std::string row;   // a JSON object
};

class EventHub {
 public:
  EventHub(boost::asio::any_io_executor executor, boost::asio::any_io_executor workers, MetadataStore& store,
           feed::Feed& feed, Clock& clock, RunPlans& plans, EventHubOptions options);
  ~EventHub();

  // GET /sandbox/v1/events, to its end.
  boost::asio::awaitable<void> Serve(net::HttpExchange& exchange);
  // The number of the last event: what a snapshot that is read afterwards already holds. Any thread.
  uint64_t Seq() const { return seq_; }
  // Of a row in such a snapshot: smaller than that of every row that is told later. Any thread.
  int64_t RevAt(uint64_t seq) const { return rev_base_ + static_cast<int64_t>(seq); }
  // What pods use now; none while nobody reads here. Any thread.
  std::optional<UsedNow::Amounts> Used() const { return used_.Sum(clock_.Now()); }
  // What `look` says has changed since its last call is told to readers of images and builds. It is called on a worker,
  // once every `look_pause` while there are such readers. Before the first Serve.
  void LookFor(std::function<std::vector<SeenRow>()> look) { look_ = std::move(look); }
  // Says goodbye to all readers; `done` when the last has heard it. Afterwards new ones are refused. On the executor.
  void Close(std::function<void()> done);

 private:
  struct Event;
  struct Stream;
  using EventPtr = std::shared_ptr<const Event>;

  std::string Id(uint64_t seq) const;
  boost::asio::awaitable<std::pair<std::vector<Topic>, std::vector<std::pair<std::string, std::string>>>> Topics(
      std::string asked);
  boost::asio::awaitable<void> Follow(net::HttpExchange& exchange, std::shared_ptr<Stream> stream);
  std::string Compose(Stream& stream) const;
  std::string Hello(const Stream& stream, bool resumed,
                    const std::vector<std::pair<std::string, std::string>>& refused) const;
  void Resume(Stream& stream, const std::string& since, bool& resumed);
  void Deliver(const EventPtr& event);
  void Queue(Stream& stream, const EventPtr& event);

  void Open();
  void LeaveSoon();
  static boost::asio::awaitable<void> Run(std::shared_ptr<bool> alive, EventHub* hub);
  boost::asio::awaitable<void> Flush();
  std::vector<std::shared_ptr<Event>> Expand(feed::Subscription::Batch batch);
  void Keep(const EventPtr& event);
  void Reset(const char* why);
  bool Wants(Topic::Kind kind) const;
  static boost::asio::awaitable<void> Look(std::shared_ptr<bool> alive, EventHub* hub);
  void TellSeen(std::vector<SeenRow> rows);
  bool IsWatched(const ExecutionId& run) const;
  bool IsSampled(const UsageChange& usage) const;
  void Note(const Change& change);
  void TellProgress(uint64_t commit, std::vector<std::shared_ptr<Event>>& out);

  const boost::asio::any_io_executor executor_, workers_;
  MetadataStore& store_;
  feed::Feed& feed_;
  Clock& clock_;
  RunPlans& plans_;
  const EventHubOptions options_;
  const std::string epoch_;
  const int64_t rev_base_;  // so that numbers of rows grow across processes, too
  const std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);

  std::unique_ptr<feed::Subscription> subscription_;  // while somebody reads, and a moment longer
  boost::asio::steady_timer woken_, leave_, look_again_;
  bool running_ = false, has_news_ = false, closed_ = false, looking_ = false;
  std::function<std::vector<SeenRow>()> look_;
  // What changed, and nobody was told of yet: it is told when a pause is over.
  struct Progress {
    std::set<ExecutionId> executions;  // their nodes changed
    std::set<ExecutionId> stories;     // whatever of them changed
    std::set<NodeExecutionId> arrays;  // their items changed
    bool Empty() const { return executions.empty() && stories.empty() && arrays.empty(); }
  };
  Progress progress_;
  uint64_t commit_ = 0;  // the last one that was told of
  Instant progress_at_{};
  UsedNow used_;
  Instant machine_at_{};
  bool machine_due_ = false;  // it has changed since it was last told
  std::string machine_;       // as last told

  std::atomic<uint64_t> seq_ = 0;
  std::deque<EventPtr> ring_;
  size_t ring_bytes_ = 0;
  std::set<std::shared_ptr<Stream>> streams_;
  std::function<void()> on_closed_;
};

}  // namespace sandbox::api
