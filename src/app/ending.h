#pragma once

// When this process is to end: SIGTERM, SIGINT, or the end of its parent process, looked for on a thread of its own, so
// that an end during the start is no different.
//
// Thread: made on the main thread with both signals blocked, before there is any other thread.

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace sandbox::app {

class Ending {
 public:
  // `abandon` runs, and the process ends, when the time comes before Arm. `with_parent`: the parent's end counts, too.
  Ending(bool with_parent, std::function<void()> abandon);
  ~Ending();
  Ending(const Ending&) = delete;
  Ending& operator=(const Ending&) = delete;

  // From now on it is for who calls Wait to end the process.
  void Arm();
  // Until the time has come: "signal 15".
  std::string Wait();

 private:
  void Watch();
  void Come(const std::string& why, int exit_code);

  std::function<void()> abandon_;
  int signals_ = -1, parent_ = -1, stop_ = -1;
  int parent_pid_ = 0;  // 0: it does not count
  std::mutex mutex_;
  std::condition_variable changed_;
  bool armed_ = false;
  std::string why_;  // empty: not yet
  std::thread thread_;
};

}  // namespace sandbox::app
