#include "docker/log_stream.h"

namespace sandbox::docker {

boost::asio::awaitable<Result<std::string>> LogStream::Read() {
  while (true) {
    auto piece = co_await stream_->Read();
    if (!piece || tty_) co_return piece;
    if (piece->empty()) {
      if (Status whole = decoder_.Finish(); !whole) co_return std::unexpected(whole.error());
      co_return std::string();
    }
    std::string payload;
    if (Status decoded = decoder_.Feed(*piece, payload); !decoded) co_return std::unexpected(decoded.error());
    if (!payload.empty()) co_return payload;
  }
}

}  // namespace sandbox::docker
