#pragma once

// Tells when the last process of a control group has ended, which is before the engine removes the group: what its
// files say then is the last that can be known.

#include <boost/asio/any_io_executor.hpp>
#include <filesystem>
#include <functional>
#include <memory>

namespace sandbox::runner {

// Thread: the executor's.
class GroupWatch {
 public:
  explicit GroupWatch(boost::asio::any_io_executor executor);
  // Nothing is called any more.
  ~GroupWatch();

  // `changed` is called whenever `events` (a group's cgroup.events) has changed, until it is removed. 0: it cannot be
  // watched.
  int Add(const std::filesystem::path& events, std::function<void()> changed);
  void Remove(int watch);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace sandbox::runner
