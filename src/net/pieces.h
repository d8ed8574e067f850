#pragma once

// Large bodies in pieces: two of them are in memory at a time, whatever the body's size.

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <string>

#include "net/http.h"
#include "sandbox/ports/object_store.h"

namespace sandbox::net {

inline constexpr size_t kBodyPieceBytes = 1024 * 1024;

// A whole piece of a request's body; short only at the end.
boost::asio::awaitable<Result<std::string>> ReadPiece(HttpExchange& exchange);

// The body of an answer that was begun with `length` bytes, and its end: an object's bytes from `offset`, of which
// `first` are read already. The next piece is read by `workers` while the last one is sent. A failure ends it early:
// the session then closes the connection, so that the client sees that its answer is short.
boost::asio::awaitable<void> SendPieces(HttpExchange& exchange, boost::asio::any_io_executor workers,
                                        const ObjectReader& reader, std::string first, uint64_t offset,
                                        uint64_t length);

}  // namespace sandbox::net
