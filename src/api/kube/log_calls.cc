// A pod's log: kubectl logs, with -f, --tail, --since, --timestamps.

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <charconv>
#include <sstream>

#include "api/kube/calls.h"
#include "logs/log_reader.h"
#include "net/coroutines.h"

namespace sandbox::kube {

namespace asio = boost::asio;

namespace {

constexpr size_t kPieceBytes = 256 * 1024;
constexpr uint64_t kLineMax = size_t{1} << 20;
constexpr auto kLookForReader = std::chrono::seconds(15);

struct LogOptions {
  bool follow = false, timestamps = false;
  std::optional<uint64_t> tail, bytes_max;
  uint64_t since_ms = 0;  // 0: from the beginning
};

Result<std::optional<uint64_t>> Number(const KubeRequest& request, std::string_view name) {
  const std::string_view text = request.Param(name);
  if (text.empty()) return std::nullopt;
  uint64_t value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size())
    return Fail(Code::kInvalidArgument, "BadRequest", Cat(name, ": expected a whole number, not below 0"));
  return value;
}

Result<uint64_t> TimeOf(std::string_view text) {
  std::istringstream in{std::string(text)};
  std::chrono::sys_seconds at;
  int year = 0, month = 0, day = 0, hour = 0, minute = 0;
  double second = 0;
  char mark[5] = {};
  in >> year >> mark[0] >> month >> mark[1] >> day >> mark[2] >> hour >> mark[3] >> minute >> mark[4] >> second;
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  const bool in_day = hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second < 61;
  if (!in || !date.ok() || year < 1970 || !in_day)
    return Fail(Code::kInvalidArgument, "BadRequest", "sinceTime: expected RFC 3339");
  at = std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute);
  return static_cast<uint64_t>(at.time_since_epoch().count()) * 1000 + static_cast<uint64_t>(second * 1000);
}

Result<LogOptions> LogOptionsOf(const KubeRequest& request, Instant now) {
  LogOptions out;
  out.follow = request.Flag("follow");
  out.timestamps = request.Flag("timestamps");
  const auto tail = Number(request, "tailLines"), bytes = Number(request, "limitBytes"),
             since = Number(request, "sinceSeconds");
  for (const auto* number : {&tail, &bytes, &since}) {
    if (!*number) return std::unexpected(number->error());
  }
  out.tail = *tail;
  out.bytes_max = *bytes;
  const auto now_ms =
      static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count());
  if (*since) out.since_ms = now_ms - std::min(now_ms, std::min<uint64_t>(**since, UINT32_MAX) * 1000);
  if (const std::string_view time = request.Param("sinceTime"); !time.empty()) {
    const auto at = TimeOf(time);
    if (!at) return std::unexpected(at.error());
    out.since_ms = *at;
  }
  return out;
}

// Why there is no log to send.
Status CheckPod(const KubeRequest& request, const model::TaskRecord& task) {
  const std::string primary = PrimaryOf(task), container(request.Param("container"));
  const auto bad = [](std::string why) { return Fail(Code::kInvalidArgument, "BadRequest", std::move(why)); };
  if (!container.empty() && container != primary) {
    const auto& definition = task.pod.definition;
    const bool known = definition && std::ranges::any_of(definition->containers,
                                                         [&](const auto& each) { return each.name == container; });
    if (!known) return bad(Cat("container ", container, " is not valid for pod ", task.generated_name));
    return bad(Cat("the log of container ", container, " is not kept: that of a pod is the log of ", primary));
  }
  if (request.Flag("previous")) {
    return bad(Cat("previous terminated container \"", primary, "\" in pod \"", task.generated_name,
                   "\" not found: an attempt that is tried again has a pod of its own"));
  }
  if (PhaseOf(task) == "Pending") {
    const std::string why = task.pod_reason.empty() ? task.pod_status : Cat(task.pod_status, ": ", task.pod_reason);
    return bad(Cat("container \"", primary, "\" in pod \"", task.generated_name, "\" is waiting to start: ", why));
  }
  return {};
}

// What the feed tells of one pod's log, on the session's executor.
class News {
 public:
  News(feed::Feed& feed, const asio::any_io_executor& executor, const std::string& where, const std::string& pod)
      : timer_(std::make_shared<asio::steady_timer>(executor)) {
    const auto is_about = [where, pod](const Change& change) {
      if (const auto* log = std::get_if<LogChange>(&change)) return log->pod == pod && log->pod_namespace == where;
      const model::TaskRecord& row = *std::get<AttemptChange>(change).row;
      return row.generated_name == pod && row.id.node.execution.Namespace() == where;
    };
    subscription_ = feed.Subscribe(ChangeKinds::Of<LogChange, AttemptChange>(), is_about, {},
                                   [executor, timer = timer_] { asio::post(executor, [timer] { timer->cancel(); }); });
  }

  // Returns when there is news, or it is time to look whether anybody reads.
  asio::awaitable<void> Wait() {
    if (!Take()) {
      timer_->expires_after(kLookForReader);
      boost::system::error_code ignored;
      co_await timer_->async_wait(asio::redirect_error(asio::use_awaitable, ignored));
      Take();
    }
  }
  // The pod has ended, and its log is whole.
  bool Ended() const { return ended_; }

 private:
  bool Take() {
    const auto batch = subscription_->Take();
    for (const feed::Numbered& numbered : batch.changes) {
      const auto* attempt = std::get_if<AttemptChange>(&numbered.change);
      ended_ |= attempt != nullptr && model::IsTerminal(attempt->row->phase);
    }
    return !batch.changes.empty() || batch.reset;
  }

  const std::shared_ptr<asio::steady_timer> timer_;
  std::unique_ptr<feed::Subscription> subscription_;
  bool ended_ = false;
};

// Where the next line is, and how much may still be sent.
struct Place {
  uint64_t line = 0;
  uint64_t bytes_left = UINT64_MAX;
};

uint64_t FirstLine(logs::LogReader& log, const LogOptions& options) {
  uint64_t first = options.since_ms == 0 ? 0 : log.FindTime(options.since_ms);
  if (options.tail) first = std::max(first, log.Lines() - std::min(log.Lines(), *options.tail));
  return first;
}

// Whole lines from `place` on, and what is behind them when the log is whole.
std::string NextLines(logs::LogReader& log, const LogOptions& options, bool whole, Place& place) {
  std::string out;
  const uint64_t end = log.Bytes();
  log.Read(place.line, kLineMax, [&](logs::LogLine&& line) {
    const bool last = line.offset + line.bytes >= end;
    if (last && !whole) return false;
    ++place.line;
    if (options.since_ms != 0 && line.time_ms != 0 && line.time_ms < options.since_ms) return true;
    if (options.timestamps) out += Cat(FormatRfc3339(Instant(std::chrono::milliseconds(line.time_ms))), " ");
    out += line.text;
    if (!last) out += '\n';
    return out.size() < kPieceBytes;
  });
  out.resize(std::min<uint64_t>(out.size(), place.bytes_left));
  place.bytes_left -= out.size();
  return out;
}

asio::awaitable<void> Send(Call& call, const model::TaskRecord& task, const LogOptions& options) {
  const std::string where = task.id.node.execution.Namespace(), name = task.generated_name;
  const std::filesystem::path file = call.room->deps.logs / where / (name + ".log");
  std::optional<News> news;
  bool whole = IsTerminal(task.phase) || !options.follow;
  if (!whole) {
    news.emplace(call.room->deps.feed, co_await asio::this_coro::executor, where, name);
    // From here on the feed tells of the end; before, the row does.
    const Snapshot snapshot = Look(*call.room);
    const auto now =
        co_await net::Offload(call.room->deps.workers, [&] { return FindPodRow(*call.room, snapshot, call.request); });
    whole = !now || IsTerminal(now->phase);
  }
  net::HttpResponse head;
  head.headers.Set("Content-Type", "text/plain");
  head.headers.Set("X-Content-Type-Options", "nosniff");
  if (!co_await call.exchange.Begin(std::move(head), std::nullopt)) co_return;
  Place place;
  place.bytes_left = options.bytes_max.value_or(UINT64_MAX);
  bool begun = false;
  while (place.bytes_left > 0) {
    const uint64_t before = place.line;
    const std::string piece = co_await net::Offload(call.room->deps.workers, [&] {
      logs::LogReader log(file);
      if (!std::exchange(begun, true)) place.line = FirstLine(log, options);
      return NextLines(log, options, whole, place);
    });
    if (!piece.empty() && !co_await call.exchange.Write(piece)) co_return;
    if (place.line != before && !piece.empty()) continue;
    if (whole) break;
    co_await news->Wait();
    whole = news->Ended();
    if (call.exchange.PeerIsGone()) co_return;
  }
  (void)co_await call.exchange.End();
}

}  // namespace

asio::awaitable<void> ServeLog(Call& call) {
  const auto options = LogOptionsOf(call.request, call.room->deps.clock.Now());
  if (!options) co_return co_await SendAnswer(call, std::unexpected(options.error()));
  const Snapshot snapshot = Look(*call.room);
  const auto found =
      co_await net::Offload(call.room->deps.workers, [&] { return FindPodRow(*call.room, snapshot, call.request); });
  if (!found) co_return co_await SendAnswer(call, NoSuch(call.request));
  if (Status fit = CheckPod(call.request, *found); !fit)
    co_return co_await SendAnswer(call, std::unexpected(std::move(fit.error())));
  co_await Send(call, *found, *options);
}

}  // namespace sandbox::kube
