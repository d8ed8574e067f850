#include "api/local/object_calls.h"

#include <memory>
#include <utility>
#include <vector>

#include "api/local/object_list.h"
#include "api/local/object_put.h"
#include "api/local/object_types.h"
#include "api/local/object_users.h"
#include "net/byte_range.h"
#include "net/coroutines.h"
#include "sandbox/base/encoding.h"

namespace sandbox::api {
namespace {

namespace asio = boost::asio;
using nlohmann::json;

constexpr std::string_view kObjectsPath = "/sandbox/v1/objects", kDecksPath = "/sandbox/v1/decks/";
constexpr size_t kObjectPieceBytes = 256 * 1024;
constexpr size_t kSubtaskPathParts = 4;

// An object that is to be sent, and the header that is told of it.
struct OpenObject {
  std::shared_ptr<const ObjectReader> reader;
  net::HttpResponse head;
};
using Opened = Result<OpenObject>;

void SetSafety(net::HttpResponse& head, const char* policy) {
  head.headers.Set("Content-Security-Policy", policy);
  head.headers.Set("X-Content-Type-Options", "nosniff");
  head.headers.Set("Referrer-Policy", "no-referrer");
  head.headers.Set("Cross-Origin-Resource-Policy", "same-origin");
  head.headers.Set("Cache-Control", "no-cache");
}

Opened OpenAt(const ObjectCallDeps& deps, const ObjectPlace& place) {
  auto reader = deps.objects.Open(place.bucket, place.key);
  if (!reader) return std::unexpected(std::move(reader.error()));
  OpenObject out{std::move(*reader), {}};
  out.head.headers.Set("ETag", Cat("\"", out.reader->Info().etag, "\""));
  out.head.headers.Set("Accept-Ranges", "bytes");
  return out;
}

// RFC 5987: any name, for a browser to keep the file under.
std::string Attachment(const std::string& key) {
  return "attachment; filename*=UTF-8''" + PercentEncode(key.substr(key.rfind('/') + 1));
}

Opened OpenContent(const ObjectCallDeps& deps, const Target& target) {
  const auto place = ObjectOf(target);
  if (!place) return std::unexpected(place.error());
  auto out = OpenAt(deps, *place);
  if (!out) return out;
  out->head.headers.Set("Content-Type", ServedType(GuessedType(place->key, *out->reader)));
  SetSafety(out->head, kContentPolicy);
  if (target.Get("download") == "1") out->head.headers.Set("Content-Disposition", Attachment(place->key));
  return out;
}

// As a page of its own: for HTML that a task wrote.
Opened OpenPage(const ObjectCallDeps& deps, const ObjectPlace& place) {
  auto out = OpenAt(deps, place);
  if (!out) return out;
  out->head.headers.Set("Content-Type", "text/html; charset=utf-8");
  SetSafety(out->head, kDeckPolicy);
  return out;
}

Opened OpenHtml(const ObjectCallDeps& deps, const Target& target) {
  const auto place = ObjectOf(target);
  if (!place) return std::unexpected(place.error());
  return OpenPage(deps, *place);
}

// Where a node's deck is. An attempt that runs may have written one before the node tells of it.
Result<ObjectPlace> DeckPlace(const ObjectCallDeps& deps, const NodeExecutionId& id, const Target& target) {
  const auto node = deps.store.Query([&](MetadataReader& reader) { return reader.FindNode(id); });
  if (!node) return NotFound(Cat("execution ", id.execution.name, " has no node ", id.node, " yet"));
  const auto attempt = target.Number("attempt", node->attempts, 0, UINT32_MAX);
  if (!attempt) return std::unexpected(attempt.error());
  std::string uri = node->deck_uri;
  if (uri.empty() || !target.Get("attempt").empty())
    uri = Cat(node->input_uri.substr(0, node->input_uri.rfind('/') + 1), *attempt, "/deck.html");
  const auto place = ParseObjectUri(uri);
  if (!place) return NotFound(Cat("node ", id.node, " of ", id.execution.name, " has no deck yet"));
  return ObjectPlace{place->bucket, place->key};
}

Opened OpenDeck(const ObjectCallDeps& deps, const Target& target) {
  std::vector<std::string> parts;
  const std::string rest = target.path.substr(kDecksPath.size());
  for (size_t at = 0; at <= rest.size();) {
    const size_t end = std::min(rest.find('/', at), rest.size());
    parts.push_back(rest.substr(at, end - at));
    at = end + 1;
  }
  if (parts.size() != kSubtaskPathParts) return NotFound("a deck is PROJECT/DOMAIN/NAME/NODE");
  const auto place = DeckPlace(deps, {{parts[0], parts[1], parts[2]}, parts[3]}, target);
  if (!place) return std::unexpected(place.error());
  auto deck = OpenPage(deps, *place);
  if (!deck && deck.error().code == Code::kNotFound)
    return NotFound(Cat("node ", parts[3], " of ", parts[2], " has no deck ", place->Uri()));
  return deck;
}

bool Matches(std::string_view wanted, const OpenObject& object) {
  const std::string tag = Cat("\"", object.reader->Info().etag, "\"");
  return wanted == "*" || wanted.find(tag) != std::string_view::npos;
}

asio::awaitable<void> SendObject(const ObjectCallDeps& deps, net::HttpExchange& exchange, OpenObject object) {
  const net::HttpHeaders& asked = exchange.Request().headers;
  const uint64_t size = object.reader->Info().size;
  if (asked.Has("If-None-Match") && Matches(asked.Get("If-None-Match"), object)) {
    object.head.status = 304;
    co_await exchange.Send(std::move(object.head));
    co_return;
  }
  net::ByteRange range{0, size};
  const bool same = !asked.Has("If-Range") || Matches(asked.Get("If-Range"), object);
  if (const auto wanted = same ? net::ParseByteRange(asked.Get("Range"), size) : std::nullopt) {
    if (wanted->length == 0) {
      net::HttpResponse none = ErrorAnswer({Code::kOutOfRange, "RANGE", Cat("the object has ", size, " bytes")});
      none.headers.Set("Content-Range", net::ContentRange(*wanted, size));
      co_await exchange.Send(std::move(none));
      co_return;
    }
    range = *wanted;
    object.head.status = 206;
    object.head.headers.Set("Content-Range", net::ContentRange(range, size));
  }
  const bool head_only = exchange.Request().method == "HEAD";
  if (!co_await exchange.Begin(std::move(object.head), range.length)) co_return;
  for (uint64_t at = range.offset, end = range.offset + range.length; at < end && !head_only;) {
    const size_t length = std::min<uint64_t>(kObjectPieceBytes, end - at);
    const auto piece =
        co_await net::Offload(deps.workers, [&object, at, length] { return object.reader->ReadAt(at, length); });
    if (!piece || piece->empty() || !co_await exchange.Write(*piece)) co_return;
    at += piece->size();
  }
  co_await exchange.End();
}

net::HttpResponse Refused(const sandbox::Error& error) {
  // Of the store: which object it was is said by its message.
  if (error.code == Code::kFailedPrecondition)
    return JsonAnswer(409, {{"code", 9}, {"message", error.message}, {"reason", error.reason}, {"field", "uri"}});
  return ErrorAnswer(error);
}

net::HttpResponse AnswerOf(const Result<json>& answer) {
  return answer ? JsonAnswer(200, *answer) : Refused(answer.error());
}

Result<json> RemoveObject(const ObjectCallDeps& deps, const Target& target) {
  const auto place = ObjectOf(target);
  if (!place) return std::unexpected(place.error());
  if (place->bucket == deps.layout.bucket && place->key.starts_with(deps.layout.metadata + "/"))
    return Fail(Code::kFailedPrecondition, "METADATA",
                Cat(place->Uri(), " is the platform's own: below ", deps.layout.metadata, "/ nothing is deleted here; ",
                    "'sandbox gc' removes what no execution needs"));
  if (const auto there = deps.objects.Head(place->bucket, place->key); !there) return std::unexpected(there.error());
  const auto user = deps.store.Query([&](MetadataReader& reader) { return RunningUserOf(deps, reader, place->Uri()); });
  if (user)
    return Fail(Code::kFailedPrecondition, "IN_USE",
                Cat(place->Uri(), " is needed by execution ", user->name, " in ", user->project, "/", user->domain,
                    ", which has not ended: wait for it or terminate it"));
  if (Status removed = deps.objects.Remove(place->bucket, place->key); !removed)
    return std::unexpected(removed.error());
  return json{{"uri", place->Uri()}};
}

net::HttpResponse OnlyThese(const char* methods) {
  return JsonAnswer(405, {{"code", 12}, {"message", Cat("only ", methods)}, {"reason", "BAD_METHOD"}});
}

using Opener = Opened (*)(const ObjectCallDeps&, const Target&);

asio::awaitable<void> Serve(const ObjectCallDeps& deps, net::HttpExchange& exchange, Target target, Opener opener) {
  auto opened = co_await net::Offload(deps.workers, [&] { return opener(deps, target); });
  if (opened) co_return co_await SendObject(deps, exchange, std::move(*opened));
  co_await exchange.Send(ErrorAnswer(opened.error()));
}

using Call = Result<json> (*)(const ObjectCallDeps&, const Target&);

asio::awaitable<void> Answer(const ObjectCallDeps& deps, net::HttpExchange& exchange, Target target, Call call) {
  co_await exchange.Send(AnswerOf(co_await net::Offload(deps.workers, [&] { return call(deps, target); })));
}

asio::awaitable<void> HandleObjects(const ObjectCallDeps& deps, net::HttpExchange& exchange) {
  Target target = ParseTarget(exchange.Request().target);
  const std::string what = target.path.substr(kObjectsPath.size());
  const std::string& method = exchange.Request().method;
  const bool reads = method == "GET" || method == "HEAD";
  if (what.empty() && method == "DELETE") co_return co_await Answer(deps, exchange, std::move(target), RemoveObject);
  if (what.empty() && method == "PUT") co_return co_await PutObject(deps, exchange, std::move(target));
  if (!reads) {
    co_await exchange.Send(OnlyThese(what.empty() ? "GET, PUT and DELETE" : "GET"));
  } else if (what.empty()) {
    co_await Answer(deps, exchange, std::move(target), ListObjects);
  } else if (what == "/head") {
    co_await Answer(deps, exchange, std::move(target), HeadObject);
  } else if (what == "/content") {
    co_await Serve(deps, exchange, std::move(target), OpenContent);
  } else if (what == "/page") {
    co_await Serve(deps, exchange, std::move(target), OpenHtml);
  } else {
    co_await exchange.Send(NotFoundAnswer("objects have head, content and page"));
  }
}

asio::awaitable<void> HandleDecks(const ObjectCallDeps& deps, net::HttpExchange& exchange) {
  const std::string& method = exchange.Request().method;
  if (method == "GET" || method == "HEAD") {
    co_await Serve(deps, exchange, ParseTarget(exchange.Request().target), OpenDeck);
  } else {
    co_await exchange.Send(OnlyThese("GET"));
  }
}

}  // namespace

net::HttpHandler MakeObjectCalls(ObjectCallDeps deps) {
  auto shared = std::make_shared<const ObjectCallDeps>(std::move(deps));
  return [shared](net::HttpExchange& exchange) -> asio::awaitable<void> { return HandleObjects(*shared, exchange); };
}

net::HttpHandler MakeDecks(ObjectCallDeps deps) {
  auto shared = std::make_shared<const ObjectCallDeps>(std::move(deps));
  return [shared](net::HttpExchange& exchange) -> asio::awaitable<void> { return HandleDecks(*shared, exchange); };
}

}  // namespace sandbox::api
