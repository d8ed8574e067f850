#include "docker/log_stream.h"

namespace sandbox::docker {

boost::asio::awaitable<Result<LogPiece>> LogStream::Read() {
  while (true) {
    auto bytes = co_await stream_->Read();
    if (!bytes) co_return std::unexpected(std::move(bytes.error()));
    LogPiece out;
    if (tty_) {
      out.bytes = std::move(*bytes);
      co_return out;
    }
    if (bytes->empty()) {
      if (Status whole = decoder_.Finish(); !whole) co_return std::unexpected(whole.error());
      co_return out;
    }
    if (Status decoded = decoder_.Feed(*bytes, out); !decoded) co_return std::unexpected(decoded.error());
    if (!out.bytes.empty()) co_return out;
  }
}

}  // namespace sandbox::docker
