#include "store/answer_thread.h"

namespace sandbox::store {

AnswerThread::AnswerThread() : thread_([this] { Run(); }) {}

void AnswerThread::Give(Owed owed, ChangeSink* sink) {
  {
    std::lock_guard lock(mutex_);
    if (!given_.empty() || owed.answers.size() > 1) {
      given_.push_back({std::move(owed), sink});
      changed_.notify_one();
      return;
    }
  }
  Settle(std::move(owed), sink);
}

void AnswerThread::Run() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return stopping_ || !given_.empty(); });
    if (given_.empty()) return;
    Given next = std::move(given_.front());
    lock.unlock();
    Settle(std::move(next.owed), next.sink);
    lock.lock();
    given_.pop_front();
  }
}

void AnswerThread::Stop() {
  if (!thread_.joinable()) return;
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

}  // namespace sandbox::store
