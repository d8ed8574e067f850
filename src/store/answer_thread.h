#pragma once

// What syncs owe is called here, in their order: to answer a client takes about as long as to commit what it wrote, and
// the writer commits for the next ones meanwhile.
//
// Thread: Give and Stop on one thread at a time.

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "store/write_group.h"

namespace sandbox::store {

class AnswerThread {
 public:
  AnswerThread();
  ~AnswerThread() { Stop(); }

  // Settles, in this call when that is a single answer and nothing is before it: it needs no other thread then.
  // `sink` may be null.
  void Give(Owed owed, ChangeSink* sink);
  // Settles what was given, then joins. Idempotent.
  void Stop();

 private:
  struct Given {
    Owed owed;
    ChangeSink* sink;
  };
  void Run();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Given> given_;  // the first one may be under way
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace sandbox::store
