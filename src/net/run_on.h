#pragma once

#include <functional>
#include <future>

#include "sandbox/ports/loop.h"

namespace sandbox::net {

// Runs `work` on the loop's thread and waits for it. Not to be called on that thread, nor on a loop that has stopped.
inline void RunOn(Loop& loop, const std::function<void()>& work) {
  std::promise<void> done;
  loop.Post([&] {
    work();
    done.set_value();
  });
  done.get_future().wait();
}

}  // namespace sandbox::net
