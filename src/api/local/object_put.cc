#include "api/local/object_put.h"

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "api/local/object_list.h"
#include "net/coroutines.h"

namespace sandbox::api {
namespace {

namespace asio = boost::asio;

constexpr size_t kPutPieceBytes = size_t{1} << 20;

Result<std::unique_ptr<ObjectWriter>> BeginPut(const ObjectCallDeps& deps, const ObjectPlace& place) {
  if (place.bucket == deps.layout.bucket && place.key.starts_with(deps.layout.metadata + "/"))
    return Fail(Code::kFailedPrecondition, "METADATA",
                Cat(place.Uri(), " is the platform's own: below ", deps.layout.metadata, "/ nothing is written here"));
  return deps.objects.Create(place.bucket, place.key, {.durability = Durability::kSynced});
}

net::HttpResponse PutRefused(const sandbox::Error& error) {
  if (error.code == Code::kFailedPrecondition)
    return JsonAnswer(409, {{"code", 9}, {"message", error.message}, {"reason", error.reason}, {"field", "uri"}});
  return ErrorAnswer(error);
}

// The whole body into the object; the answer. Nothing when the client is gone.
asio::awaitable<std::optional<net::HttpResponse>> ReceiveObject(const ObjectCallDeps& deps, net::HttpExchange& exchange,
                                                                const ObjectPlace& place,
                                                                std::unique_ptr<ObjectWriter>& writer) {
  auto begun = co_await net::Offload(deps.workers, [&] { return BeginPut(deps, place); });
  if (!begun) co_return PutRefused(begun.error());
  writer = std::move(*begun);
  uint64_t size = 0;
  while (true) {
    const auto piece = co_await exchange.ReadBody(kPutPieceBytes);
    if (!piece) co_return std::nullopt;
    if (piece->empty()) break;
    size += piece->size();
    const Status added = co_await net::Offload(deps.workers, [&] { return writer->Append(*piece); });
    if (!added) co_return PutRefused(added.error());
  }
  const auto stored = co_await net::Offload(deps.workers, [&] { return writer->Commit(); });
  if (!stored) co_return PutRefused(stored.error());
  co_return JsonAnswer(200, {{"uri", place.Uri()}, {"size", size}});
}

}  // namespace

asio::awaitable<void> PutObject(const ObjectCallDeps& deps, net::HttpExchange& exchange, Target target) {
  const auto place = ObjectOf(target);
  std::unique_ptr<ObjectWriter> writer;
  std::optional<net::HttpResponse> answer;
  if (place) {
    answer = co_await ReceiveObject(deps, exchange, *place, writer);
  } else {
    answer = ErrorAnswer(place.error());
  }
  co_await net::Offload(deps.workers, [&] { writer.reset(); });
  if (!answer) co_return;
  if (answer->status != 200) exchange.CloseAfter();
  co_await exchange.Send(std::move(*answer));
}

}  // namespace sandbox::api
