// GET /sandbox/v1/values: a part of a stored value.

#include <google/protobuf/util/json_util.h>

#include <charconv>
#include <memory>

#include "api/local/object_calls.h"
#include "api/local/object_list.h"
#include "api/local/value_parts.h"
#include "net/coroutines.h"

namespace sandbox::api {
namespace {

namespace asio = boost::asio;
namespace core = flyteidl::core;
using nlohmann::json;

constexpr uint64_t kValueBytesMax = uint64_t{2000} << 20;
constexpr int64_t kPartMax = 5000;
constexpr int kOffloadedMax = 16;  // values whose part is again an object of its own

// Named values, as executions and nodes have them; or one literal, as an offloaded value is stored.
Result<core::Literal> ReadValue(const ObjectCallDeps& deps, const ObjectPlace& place) {
  const auto bytes = deps.objects.Get(place.bucket, place.key, kValueBytesMax);
  if (!bytes) return std::unexpected(bytes.error());
  core::Literal out;
  const bool offloaded = place.key.ends_with("_offloaded_metadata.pb");
  if (offloaded ? out.ParseFromString(*bytes) : out.mutable_map()->ParseFromString(*bytes)) return out;
  return InvalidField("uri", Cat(place.Uri(), " holds no values"));
}

Result<const core::Literal*> Element(const core::Literal& literal, const std::string& part, const std::string& path) {
  if (literal.has_map()) {
    const auto found = literal.map().literals().find(part);
    if (found != literal.map().literals().end()) return &found->second;
  }
  if (literal.has_collection()) {
    int index = -1;
    const auto read = std::from_chars(part.data(), part.data() + part.size(), index);
    if (read.ec == std::errc() && read.ptr == part.data() + part.size() && index >= 0 &&
        index < literal.collection().literals_size())
      return &literal.collection().literals(index);
  }
  return InvalidField("path", Cat("path ", path, " leads nowhere: there is no ", part));
}

// The literal at a path, read from other objects where it has to be.
Result<core::Literal> FindValue(const ObjectCallDeps& deps, const ObjectPlace& place, const std::string& path) {
  const auto parts = ParsePointer(path);
  if (!parts) return std::unexpected(parts.error());
  auto root = ReadValue(deps, place);
  if (!root) return root;
  core::Literal at = std::move(*root);
  int opened = 0;
  const auto open = [&]() -> Status {
    while (at.has_offloaded_metadata()) {
      const auto stored = ParseObjectUri(at.offloaded_metadata().uri());
      if (!stored || ++opened > kOffloadedMax) return NotFound(Cat("the value at ", path, " is not stored"));
      core::Literal value;
      const auto bytes = deps.objects.Get(stored->bucket, stored->key, kValueBytesMax);
      if (!bytes) return std::unexpected(bytes.error());
      if (!value.ParseFromString(*bytes)) return NotFound(Cat("the value at ", path, " cannot be read"));
      at = std::move(value);
    }
    return {};
  };
  for (const std::string& part : *parts) {
    if (Status there = open(); !there) return std::unexpected(there.error());
    const auto element = Element(at, part, path);
    if (!element) return std::unexpected(element.error());
    core::Literal next = **element;
    at = std::move(next);
  }
  if (Status there = open(); !there) return std::unexpected(there.error());
  return at;
}

Result<json> ValueAnswer(const ObjectCallDeps& deps, const Target& target) {
  const auto place = ObjectOf(target);
  if (!place) return std::unexpected(place.error());
  const auto from = target.Number("from", 0, 0, INT64_MAX), limit = target.Number("limit", 200, 1, kPartMax);
  if (!from) return std::unexpected(from.error());
  if (!limit) return std::unexpected(limit.error());
  const std::string path = target.Get("path");
  const auto value = FindValue(deps, *place, path);
  if (!value) return std::unexpected(value.error());
  const ValuePart part =
      CutValue(*value, *ParsePointer(path), {static_cast<uint64_t>(*from), static_cast<uint64_t>(*limit)});
  std::string text;
  if (!google::protobuf::util::MessageToJsonString(part.literal, &text).ok())
    return Internal(Cat("the value at ", path, " of ", place->Uri(), " cannot be written as JSON"));
  return json{{"uri", place->Uri()},
              {"path", path},
              {"total", part.total},
              {"literal", json::parse(text, nullptr, false)},
              {"cut", part.cut}};
}

asio::awaitable<void> HandleValues(const ObjectCallDeps& deps, net::HttpExchange& exchange) {
  if (exchange.Request().method != "GET") {
    co_await exchange.Send(JsonAnswer(405, {{"code", 12}, {"message", "only GET"}, {"reason", "BAD_METHOD"}}));
    co_return;
  }
  const Target target = ParseTarget(exchange.Request().target);
  const auto answer = co_await net::Offload(deps.workers, [&] { return ValueAnswer(deps, target); });
  co_await exchange.Send(answer ? JsonAnswer(200, *answer) : ErrorAnswer(answer.error()));
}

}  // namespace

net::HttpHandler MakeValues(ObjectCallDeps deps) {
  auto shared = std::make_shared<const ObjectCallDeps>(std::move(deps));
  return [shared](net::HttpExchange& exchange) -> asio::awaitable<void> { return HandleValues(*shared, exchange); };
}

}  // namespace sandbox::api
