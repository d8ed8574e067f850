#include "runner/group_watch.h"

#include <sys/inotify.h>

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstring>
#include <map>

#include "net/coroutines.h"

namespace sandbox::runner {

struct GroupWatch::State {
  explicit State(const boost::asio::any_io_executor& executor) : descriptor(executor) {}

  static boost::asio::awaitable<void> Read(std::shared_ptr<State> self) {
    std::array<char, 4096> buffer{};
    while (self->descriptor.is_open()) {
      const auto [failed, bytes] = co_await self->descriptor.async_read_some(
          boost::asio::buffer(buffer), boost::asio::as_tuple(boost::asio::use_awaitable));
      if (failed) co_return;
      for (size_t at = 0; at + sizeof(inotify_event) <= bytes;) {
        inotify_event event;
        std::memcpy(&event, buffer.data() + at, sizeof(event));
        at += sizeof(event) + event.len;
        const auto found = self->watches.find(event.wd);
        if (found == self->watches.end()) continue;
        // It may remove itself.
        const std::function<void()> changed = found->second;
        if ((event.mask & IN_IGNORED) != 0) self->watches.erase(found);
        changed();
      }
    }
  }

  boost::asio::posix::stream_descriptor descriptor;
  std::map<int, std::function<void()>> watches;
};

GroupWatch::GroupWatch(boost::asio::any_io_executor executor) : state_(std::make_shared<State>(executor)) {
  const int fd = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  if (fd < 0) return;
  state_->descriptor.assign(fd);
  net::Spawn(executor, "control groups", State::Read(state_));
}

GroupWatch::~GroupWatch() {
  state_->watches.clear();
  boost::system::error_code ignored;
  state_->descriptor.close(ignored);
}

int GroupWatch::Add(const std::filesystem::path& events, std::function<void()> changed) {
  if (!state_->descriptor.is_open() || events.empty()) return 0;
  const int watch = ::inotify_add_watch(state_->descriptor.native_handle(), events.c_str(), IN_MODIFY);
  if (watch <= 0) return 0;
  state_->watches[watch] = std::move(changed);
  return watch;
}

void GroupWatch::Remove(int watch) {
  if (state_->watches.erase(watch) > 0 && state_->descriptor.is_open())
    ::inotify_rm_watch(state_->descriptor.native_handle(), watch);
}

}  // namespace sandbox::runner
