#pragma once

// The running sandbox's events (docs/protocol/events.md) as they come.

#include <chrono>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "sandbox/base/error.h"

namespace sandbox::cli {

struct FeedEvent {
  std::string id, name;
  nlohmann::json data;
};

// Server-sent events out of the pieces in which they arrive.
class EventParser {
 public:
  void Add(std::string_view piece, const std::function<void(FeedEvent)>& sink);

 private:
  std::string rest_, id_, name_, data_;
};

// Reads in a thread of its own, until this object ends.
class EventFeed {
 public:
  // `topics` with commas between them.
  EventFeed(uint16_t port, const std::string& topics);
  ~EventFeed();

  // The next event, `hello` first; nothing when none came in that time. UNAVAILABLE: the stream has ended, because the
  // sandbox did.
  Result<std::optional<FeedEvent>> Next(std::chrono::milliseconds within);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sandbox::cli
