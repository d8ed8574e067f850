// Reading and watching objects.

#include <algorithm>
#include <charconv>
#include <map>

#include "api/kube/calls.h"
#include "net/coroutines.h"

namespace sandbox::kube {

namespace asio = boost::asio;
using std::chrono::steady_clock;

namespace {

constexpr auto kLookForPeer = std::chrono::seconds(15);
constexpr auto kWatchUsual = std::chrono::hours(1);
constexpr size_t kChangesAtOnce = 200;

std::optional<uint64_t> NumberOf(std::string_view text) {
  uint64_t value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

// The objects of a pod before and after a change, as a selection sees them, by name.
using Seen = std::map<std::string, Object>;
Seen See(Room& room, const Resource& resource, const Selection& selection, const KubeRequest& request,
         const PodState& state, Instant now) {
  Seen out;
  for (Object& object : ObjectsOf(room, resource, state, now)) {
    const bool named = request.name.empty() || object.fields.at("metadata.name") == request.name;
    if (named && selection.Takes(object)) out.emplace(object.fields.at("metadata.name"), std::move(object));
  }
  return out;
}

std::string Lines(const Call& call, const Selection& selection, const PodChange& change) {
  const Resource& resource = *call.resource;
  const PodRow& row = change.after.row ? change.after.row : change.before.row;
  const bool everywhere = call.request.pod_namespace.empty();
  if (!row || (!everywhere && row->id.node.execution.Namespace() != call.request.pod_namespace)) return "";
  const Instant now = call.room->deps.clock.Now();
  Seen before = See(*call.room, resource, selection, call.request, change.before, now);
  Seen after = See(*call.room, resource, selection, call.request, change.after, now);
  const bool events = resource.id == ResourceId::kEvents;
  std::string out;
  for (auto& [name, object] : after) {
    const bool known = before.contains(name);
    if (known && (events ? before[name].body == object.body
                         : before[name].body == object.body && before[name].cells == object.cells))
      continue;
    out += WatchLine(resource, call.request, known ? "MODIFIED" : "ADDED", std::move(object), change.version);
  }
  for (auto& [name, object] : before) {
    // Events outlive what they are about.
    if (after.contains(name) || (events && change.after.row == nullptr)) continue;
    out += WatchLine(resource, call.request, "DELETED", std::move(object), change.version);
  }
  return out;
}

std::string TooOld(const KubeRequest& request, uint64_t version) {
  const Error error{Code::kAborted,
                    "Expired",
                    Cat("too old resource version: ", version, "; list again, and watch from what the list says"),
                    SideEffect::kNone,
                    {}};
  std::string body = FailureBody(error, request);
  body.pop_back();
  return Cat("{\"type\":\"ERROR\",\"object\":", body, "}\n");
}

bool ChangesWithPods(const Resource& resource) {
  return resource.id == ResourceId::kPods || resource.id == ResourceId::kEvents;
}

// Where a watch begins: behind what it has just told, or behind the version that was asked for.
asio::awaitable<Result<std::pair<uint64_t, std::string>>> Begin(Call& call, const Selection& selection) {
  const std::string_view asked = call.request.Param("resourceVersion");
  const auto wanted = NumberOf(asked);
  if (!asked.empty() && !wanted)
    co_return Fail(Code::kInvalidArgument, "BadRequest", "resourceVersion: it is a number that a list has told");
  if (wanted && *wanted != 0) co_return std::pair(*wanted, std::string());
  const Snapshot snapshot = Look(*call.room);
  co_return co_await net::Offload(call.room->deps.workers, [&]() -> Result<std::pair<uint64_t, std::string>> {
    auto objects = Collect(*call.room, snapshot, *call.resource, call.request, selection);
    if (!objects) return std::unexpected(std::move(objects.error()));
    std::string out;
    for (Object& object : *objects)
      out += WatchLine(*call.resource, call.request, "ADDED", std::move(object), snapshot.version);
    return std::pair(snapshot.version, std::move(out));
  });
}

steady_clock::time_point EndOf(const KubeRequest& request) {
  const auto seconds = NumberOf(request.Param("timeoutSeconds"));
  const bool given = seconds && *seconds > 0 && *seconds < 86'400;
  return steady_clock::now() + (given ? std::chrono::seconds(*seconds) : kWatchUsual);
}

// Until the client leaves or the time is over.
asio::awaitable<void> Follow(Call& call, const Selection& selection, uint64_t version) {
  PodBoard& board = *call.room->board;
  const auto end = EndOf(call.request);
  while (steady_clock::now() < end && !call.exchange.PeerIsGone()) {
    const auto changes = board.After(version, kChangesAtOnce);
    if (!changes) {
      (void)co_await call.exchange.Write(TooOld(call.request, version));
      co_return;
    }
    if (changes->empty()) {
      co_await board.Wait(version, std::min(end, steady_clock::now() + kLookForPeer));
      continue;
    }
    std::string lines;
    if (ChangesWithPods(*call.resource)) {
      lines = co_await net::Offload(call.room->deps.workers, [&] {
        std::string out;
        for (const PodChange& change : *changes) out += Lines(call, selection, change);
        return out;
      });
    }
    version = changes->back().version;
    if (!lines.empty() && !co_await call.exchange.Write(lines)) co_return;
  }
  if (call.request.Flag("allowWatchBookmarks"))
    (void)co_await call.exchange.Write(BookmarkLine(*call.resource, version));
}

}  // namespace

asio::awaitable<void> ServeWatch(Call& call, Selection selection) {
  auto begun = co_await Begin(call, selection);
  if (!begun) co_return co_await SendAnswer(call, std::unexpected(std::move(begun.error())));
  net::HttpResponse head = Json("");
  if (!co_await call.exchange.Begin(std::move(head), std::nullopt)) co_return;
  if (!begun->second.empty() && !co_await call.exchange.Write(begun->second)) co_return;
  co_await Follow(call, selection, begun->first);
  (void)co_await call.exchange.End();
}

asio::awaitable<void> ServeRead(Call& call) {
  const KubeRequest& request = call.request;
  auto selection = SelectionOf(*call.resource, request);
  if (!selection) co_return co_await SendAnswer(call, std::unexpected(std::move(selection.error())));
  if (request.Flag("watch")) co_return co_await ServeWatch(call, std::move(*selection));
  const Snapshot snapshot = Look(*call.room);
  auto answer = co_await net::Offload(call.room->deps.workers, [&]() -> Answer {
    auto objects = Collect(*call.room, snapshot, *call.resource, request, *selection);
    if (!objects) return std::unexpected(std::move(objects.error()));
    if (request.name.empty()) return Json(ListBody(*call.resource, request, std::move(*objects), snapshot.version));
    if (objects->empty()) return NoSuch(request);
    return Json(OneBody(*call.resource, request, std::move(objects->front()), snapshot.version));
  });
  co_await SendAnswer(call, std::move(answer));
}

}  // namespace sandbox::kube
