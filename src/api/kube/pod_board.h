#pragma once

// What changed about pods lately, numbered, for watches; and which pods were deleted by a client. It begins to follow
// the feed with its first use.
//
// A version is a number that grows with every change, over restarts too. Changes are kept for a while: who asks for
// older ones begins anew from a list.
//
// Thread: everything on the executor, which is one thread; Deleted() may be read anywhere.

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <deque>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "feed/feed.h"
#include "sandbox/ports/loop.h"
#include "sandbox/ports/metadata_store.h"

namespace sandbox::kube {

using PodRow = std::shared_ptr<const model::TaskRecord>;

// Of one pod, at one time. Without a row: it is not there.
struct PodState {
  PodRow row;
  Instant deleted_at{};  // a client had it deleted, and it has not ended yet
};

struct PodChange {
  uint64_t version = 0;
  PodState before, after;
};

// "NAMESPACE/NAME" of pods.
using PodNames = std::set<std::string, std::less<>>;
std::string PodKey(const model::TaskRecord& task);
bool HasPod(const model::TaskRecord& task);

class PodBoard : public std::enable_shared_from_this<PodBoard> {
 public:
  // `deleted`: the file that remembers what was deleted. References outlive the board.
  PodBoard(boost::asio::any_io_executor executor, boost::asio::any_io_executor workers, feed::Feed& feed,
           MetadataStore& store, Clock& clock, std::filesystem::path deleted);

  // Before anything else of a request; the first one waits for what runs now to be known.
  boost::asio::awaitable<void> Open();
  // Of the newest change: what is read from the store from now on is not older.
  uint64_t Version();

  // Changes behind `version`, at most `count`; nullopt when some of them are not kept any more, or there is no such
  // version.
  std::optional<std::vector<PodChange>> After(uint64_t version, size_t count);
  // Returns when there is a change behind `version`, or at `until`.
  boost::asio::awaitable<void> Wait(uint64_t version, std::chrono::steady_clock::time_point until);

  // A client has it deleted. One that has ended is gone at once, the other when it ends.
  void Delete(const PodRow& row);
  // Pods that are not shown any more; the set does not change.
  std::shared_ptr<const PodNames> Deleted() const { return deleted_; }
  // When a client had it deleted, unless it has ended.
  Instant DeletedAt(const std::string& key) const;
  const std::map<std::string, Instant>& Deletions() const { return deleting_; }

 private:
  // Until there is something new.
  boost::asio::awaitable<void> Sleep(std::chrono::steady_clock::time_point until);
  void Drain();
  void Take(const PodRow& row);
  void Add(PodState before, PodState after);
  void Hide(const std::string& key);
  void Wake();

  const boost::asio::any_io_executor executor_, workers_;
  feed::Feed& feed_;
  MetadataStore& store_;
  Clock& clock_;
  const std::filesystem::path file_;

  std::unique_ptr<feed::Subscription> subscription_;
  bool open_ = false;
  uint64_t version_ = 0, first_ = 0;  // `first_`: the oldest version that can be gone on from
  std::deque<PodChange> changes_;
  std::map<std::string, PodRow> live_;  // as they were told last
  std::map<std::string, Instant> deleting_;
  std::shared_ptr<const PodNames> deleted_ = std::make_shared<PodNames>();
  std::set<boost::asio::steady_timer*> waiting_;
};

}  // namespace sandbox::kube
