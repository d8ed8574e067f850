#include "api/local/event_hub.h"

#include <algorithm>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "api/local/event_rows.h"
#include "api/local/event_stream.h"
#include "net/coroutines.h"
#include "sandbox/base/encoding.h"
#include "sandbox/base/log.h"

namespace sandbox::api {

namespace asio = boost::asio;
using nlohmann::json;

namespace {

std::string Epoch(Instant now) {
  const auto bits = static_cast<uint64_t>(now.time_since_epoch().count());
  return HexNumber((bits >> 12) ^ (bits >> 44), 8);
}

asio::awaitable<void> Wait(asio::steady_timer& timer) {
  boost::system::error_code ignored;
  co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

}  // namespace

EventHub::EventHub(asio::any_io_executor executor, asio::any_io_executor workers, MetadataStore& store,
                   feed::Feed& feed, Clock& clock, RunPlans& plans, EventHubOptions options)
    : executor_(executor),
      workers_(workers),
      store_(store),
      feed_(feed),
      clock_(clock),
      plans_(plans),
      options_(std::move(options)),
      epoch_(Epoch(clock.Now())),
      rev_base_(std::chrono::duration_cast<std::chrono::microseconds>(clock.Now().time_since_epoch()).count()),
      woken_(executor),
      leave_(executor),
      look_again_(executor) {}

EventHub::~EventHub() { *alive_ = false; }

std::string EventHub::Id(uint64_t seq) const { return Cat(epoch_, "-", seq); }

// The feed is read while somebody reads here, and a moment longer: who comes back then misses nothing.
void EventHub::Open() {
  leave_.cancel();
  if (subscription_) return;
  ++seq_;  // what happened while nobody read has no number: a reader from before cannot go on
  const auto wake = [executor = executor_, alive = alive_, this] {
    asio::post(executor, [alive, this] {
      if (!*alive) return;
      has_news_ = true;
      woken_.cancel();
    });
  };
  subscription_ = feed_.Subscribe(ChangeKinds::All(), {}, {options_.ring_events, options_.ring_bytes}, wake);
  if (!std::exchange(running_, true)) net::Spawn(executor_, "events", Run(alive_, this));
}

void EventHub::LeaveSoon() {
  if (!streams_.empty() || !subscription_) return;
  leave_.expires_after(options_.linger);
  leave_.async_wait([alive = alive_, this](const boost::system::error_code& error) {
    if (error || !*alive || !streams_.empty()) return;
    subscription_.reset();
    ring_.clear();
    ring_bytes_ = 0;
    progress_ = {};
    woken_.cancel();
  });
}

asio::awaitable<void> EventHub::Run(std::shared_ptr<bool> alive, EventHub* hub) {
  while (hub->subscription_ && !hub->closed_) {
    if (!hub->has_news_) {
      // A progress that was held back is told when its pause is over.
      if (hub->progress_.Empty() && !hub->machine_due_) {
        hub->woken_.expires_at(asio::steady_timer::time_point::max());
      } else {
        hub->woken_.expires_after(hub->options_.progress_pause);
      }
      co_await Wait(hub->woken_);
      if (!*alive) co_return;
      if (!hub->subscription_) break;
    }
    hub->has_news_ = false;
    co_await hub->Flush();
    if (!*alive) co_return;
    asio::steady_timer pause(hub->executor_, hub->options_.write_pause);
    co_await Wait(pause);
    if (!*alive) co_return;
  }
  hub->running_ = false;
}

asio::awaitable<void> EventHub::Flush() {
  feed::Subscription::Batch batch = subscription_->Take();
  if (batch.reset) Reset("overflow");
  auto events = Expand(std::move(batch));
  if (events.empty()) co_return;
  // Rows are read and written as text off this thread.
  const auto alive = alive_;
  co_await net::Offload(workers_, [&store = store_, sources = RowSources{plans_, options_.logs, Used()}, events] {
    store.Read([&](MetadataReader& reader) {
      EventRows rows(reader, sources);
      for (const auto& event : events) event->Fill(reader, rows);
    });
  });
  if (!*alive) co_return;
  const Instant now = clock_.Now();
  for (const auto& event : events) {
    if (event->row.empty()) continue;
    if (event->name == "machine" && std::exchange(machine_, event->row) == event->row) continue;
    event->seq = event->number = ++seq_;
    event->at = now;
    Keep(event);
    Deliver(event);
  }
}

void EventHub::Keep(const EventPtr& event) {
  ring_.push_back(event);
  ring_bytes_ += event->Bytes();
  while (ring_.size() > options_.ring_events || ring_bytes_ > options_.ring_bytes) {
    ring_bytes_ -= ring_.front()->Bytes();
    ring_.pop_front();
  }
}

// Changes were lost on the way here: nobody can go on from before.
void EventHub::Reset(const char* why) {
  ring_.clear();
  ring_bytes_ = 0;
  ++seq_;
  for (const auto& stream : streams_) stream->Reset(why);
}

void EventHub::Deliver(const EventPtr& event) {
  for (const auto& stream : streams_) Queue(*stream, event);
}

void EventHub::Queue(Stream& stream, const EventPtr& event) {
  std::vector<size_t> topics;
  for (size_t i = 0; i < stream.topics.size(); ++i) {
    if (event->seen_id.empty() ? Belongs(event->name, event->change, event->array, stream.topics[i])
                               : BelongsSeen(event->name, event->seen_id, stream.topics[i]))
      topics.push_back(i);
  }
  if (topics.empty()) return;
  stream.Add({event, std::move(topics)}, options_.queue_events, options_.queue_bytes);
}

asio::awaitable<std::pair<std::vector<Topic>, std::vector<std::pair<std::string, std::string>>>> EventHub::Topics(
    std::string asked) {
  std::vector<Topic> topics;
  std::vector<std::pair<std::string, std::string>> refused;
  for (size_t at = 0; at < asked.size();) {
    const size_t end = std::min(asked.find(',', at), asked.size());
    const std::string text = asked.substr(at, end - at);
    at = end + 1;
    if (text.empty()) continue;
    auto topic = ParseTopic(text);
    if (topic) {
      topics.push_back(std::move(*topic));
    } else {
      refused.emplace_back(text, topic.error());
    }
  }
  const auto why = co_await net::Offload(workers_, [&store = store_, topics] {
    return store.Query([&](MetadataReader& reader) {
      std::vector<std::optional<std::string>> out;
      for (const Topic& topic : topics) out.push_back(NamesNothing(reader, topic));
      return out;
    });
  });
  std::vector<Topic> there;
  for (size_t i = 0; i < topics.size(); ++i) {
    if (why[i]) {
      refused.emplace_back(topics[i].text, *why[i]);
    } else {
      there.push_back(std::move(topics[i]));
    }
  }
  co_return std::pair(std::move(there), std::move(refused));
}

asio::awaitable<void> EventHub::Serve(net::HttpExchange& exchange) {
  const Target target = ParseTarget(exchange.Request().target);
  // Readers that left without a word make room first.
  if (streams_.size() >= options_.streams) {
    for (const auto& stream : streams_) stream->LeaveIfGone();
    std::erase_if(streams_, [](const auto& stream) { return stream->left; });
  }
  if (closed_ || streams_.size() >= options_.streams) {
    net::HttpResponse full = JsonAnswer(
        503,
        {{"code", 14},
         {"message", Cat("there are ", options_.streams, " streams of events already; close a window, or try again")},
         {"reason", "TOO_MANY_STREAMS"}});
    full.headers.Set("Retry-After", "5");
    co_await exchange.Send(std::move(full));
    co_return;
  }
  auto stream = std::make_shared<Stream>(executor_, exchange);
  streams_.insert(stream);  // holds its place
  Open();
  auto [topics, refused] = co_await Topics(target.Get("topics"));
  stream->topics = std::move(topics);
  const std::string header(exchange.Request().headers.Get("Last-Event-ID"));
  bool resumed = false;
  Resume(*stream, Later(target.Get("since"), header), resumed);
  // While nobody watched a run its story was not told.
  for (const Topic& topic : stream->topics) {
    if (resumed && topic.kind == Topic::Kind::kRun) progress_.stories.insert(RunOf(topic));
  }
  if (!progress_.Empty()) woken_.cancel();
  if (look_ && (Wants(Topic::Kind::kImages) || Wants(Topic::Kind::kBuild)) && !std::exchange(looking_, true))
    net::Spawn(executor_, "looking at images", Look(alive_, this));
  stream->hello = Hello(*stream, resumed, refused);
  co_await Follow(exchange, stream);
  stream->Leave();
  streams_.erase(stream);
  if (streams_.empty() && on_closed_) co_return std::exchange(on_closed_, {})();
  LeaveSoon();
}

asio::awaitable<void> EventHub::Follow(net::HttpExchange& exchange, std::shared_ptr<Stream> stream) {
  net::HttpResponse head;
  head.headers.Set("Content-Type", "text/event-stream");
  head.headers.Set("Cache-Control", "no-store");
  head.headers.Set("X-Content-Type-Options", "nosniff");
  exchange.CloseAfter();
  if (!co_await exchange.Begin(std::move(head), std::nullopt)) co_return;
  if (!co_await exchange.Write(stream->hello)) co_return;
  while (!stream->left && !closed_) {
    if (!stream->HasNews()) {
      stream->wake.expires_after(options_.comment_pause);
      co_await Wait(stream->wake);
    }
    if (stream->left || closed_) break;
    const std::string text = stream->HasNews() ? Compose(*stream) : std::string(":\n\n");
    if (!co_await exchange.Write(text)) co_return;
    asio::steady_timer pause(executor_, options_.write_pause);
    co_await Wait(pause);
  }
  if (!closed_) co_return;
  const char* why = options_.replaced && options_.replaced() ? "update" : "stop";
  if (!co_await exchange.Write(Compose(*stream) + EventText(Id(seq_), "bye", {{"why", why}}))) co_return;
  co_await exchange.End();
}

void EventHub::Close(std::function<void()> done) {
  closed_ = true;
  on_closed_ = std::move(done);
  leave_.cancel();
  woken_.cancel();
  look_again_.cancel();
  for (const auto& stream : streams_) stream->wake.cancel();
  if (streams_.empty()) std::exchange(on_closed_, {})();
}

}  // namespace sandbox::api
