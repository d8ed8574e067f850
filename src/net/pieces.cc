#include "net/pieces.h"

#include <algorithm>
#include <boost/asio/experimental/awaitable_operators.hpp>

#include "net/coroutines.h"

namespace sandbox::net {

namespace asio = boost::asio;
using namespace asio::experimental::awaitable_operators;

asio::awaitable<Result<std::string>> ReadPiece(HttpExchange& exchange) {
  std::string piece;
  while (piece.size() < kBodyPieceBytes) {
    Result<std::string> more = co_await exchange.ReadBody(kBodyPieceBytes - piece.size());
    if (!more) co_return more;
    if (more->empty()) break;
    if (piece.empty() && exchange.BodyLength().value_or(kBodyPieceBytes) > more->size()) piece.reserve(kBodyPieceBytes);
    if (piece.capacity() >= piece.size() + more->size()) {
      piece += *more;
    } else {
      piece = piece.empty() ? std::move(*more) : piece + *more;
    }
  }
  co_return piece;
}

asio::awaitable<void> SendPieces(HttpExchange& exchange, asio::any_io_executor workers, const ObjectReader& reader,
                                 std::string first, uint64_t offset, uint64_t length) {
  std::string piece = std::move(first);
  while (length > 0) {
    if (piece.empty()) co_return;
    length -= piece.size();
    offset += piece.size();
    const size_t want = static_cast<size_t>(std::min<uint64_t>(kBodyPieceBytes, length));
    if (want == 0) {
      if (auto sent = co_await exchange.Write(piece); !sent) co_return;
      break;
    }
    auto [next, sent] =
        co_await (Offload(workers, [&] { return reader.ReadAt(offset, want); }) && exchange.Write(piece));
    if (!sent || !next) co_return;
    piece = std::move(*next);
  }
  (void)co_await exchange.End();
}

}  // namespace sandbox::net
