#include "cli/feed.h"

#include <httplib.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "cli/client.h"
#include "sandbox/base/encoding.h"

namespace sandbox::cli {

void EventParser::Add(std::string_view piece, const std::function<void(FeedEvent)>& sink) {
  rest_.append(piece);
  size_t begin = 0;
  for (size_t end; (end = rest_.find('\n', begin)) != std::string::npos; begin = end + 1) {
    const std::string_view line = std::string_view(rest_).substr(begin, end - begin);
    if (line.empty()) {
      nlohmann::json data = nlohmann::json::parse(data_, nullptr, false);
      if (!name_.empty() && !data.is_discarded()) sink({id_, name_, std::move(data)});
      name_.clear();
      data_.clear();
      continue;
    }
    const size_t colon = line.find(": ");
    if (colon == std::string_view::npos || colon == 0) continue;  // a comment
    const std::string_view field = line.substr(0, colon), value = line.substr(colon + 2);
    if (field == "id") id_ = value;
    if (field == "event") name_ = value;
    if (field == "data") data_ += value;
  }
  rest_.erase(0, begin);
}

namespace {

// A comment comes every 15 seconds of silence.
constexpr auto kSilentMost = std::chrono::seconds(60);

}  // namespace

struct EventFeed::State {
  explicit State(uint16_t port) : http("127.0.0.1", port) {}

  httplib::Client http;
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<FeedEvent> events;
  bool ended = false;
  bool left = false;  // nobody reads any more
  std::thread reader;
};

EventFeed::EventFeed(uint16_t port, const std::string& topics) : state_(std::make_unique<State>(port)) {
  State& state = *state_;
  state.http.set_read_timeout(kSilentMost);
  state.http.set_url_encode(false);
  const std::string path = Cat("/sandbox/v1/events?topics=", PercentEncode(topics));
  state.reader = std::thread([&state, port, path] {
    EventParser parser;
    state.http.Get(path, {{"Host", Cat("localhost:", port)}}, [&](const char* data, size_t size) {
      const std::lock_guard lock(state.mutex);
      parser.Add({data, size}, [&state](FeedEvent event) { state.events.push_back(std::move(event)); });
      state.changed.notify_one();
      return !state.left;
    });
    const std::lock_guard lock(state.mutex);
    state.ended = true;
    state.changed.notify_one();
  });
}

EventFeed::~EventFeed() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->left = true;
  }
  state_->http.stop();
  state_->reader.join();
}

Result<std::optional<FeedEvent>> EventFeed::Next(std::chrono::milliseconds within) {
  std::unique_lock lock(state_->mutex);
  state_->changed.wait_for(lock, within, [this] { return !state_->events.empty() || state_->ended; });
  if (!state_->events.empty()) {
    FeedEvent event = std::move(state_->events.front());
    state_->events.pop_front();
    return event;
  }
  if (!state_->ended) return std::nullopt;
  return Fail(Code::kUnavailable, "NOT_RUNNING",
              "the sandbox has stopped; what runs goes on when it is started again: `sandbox start`");
}

}  // namespace sandbox::cli
