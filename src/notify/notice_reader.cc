#include "notify/notice_reader.h"

#include <algorithm>
#include <deque>
#include <mutex>
#include <set>

#include "notify/notices.h"
#include "sandbox/base/log.h"

namespace sandbox::notify {
namespace {

// Ends that were told of lately: what is read again after a reset is not told twice.
constexpr size_t kRemembered = 10'000;
constexpr feed::Limits kLimits{10'000, 16 << 20};

bool IsEnd(const Change& change) {
  const auto* execution = std::get_if<ExecutionChange>(&change);
  return execution != nullptr && execution->row && model::IsTerminal(execution->row->phase);
}

}  // namespace

struct NoticeReader::State {
  State(MetadataStore& the_store, Clock& clock, Notifier& the_notifier)
      : store(the_store), notifier(the_notifier), last(clock.Now()) {}

  void Read() {
    std::lock_guard lock(mutex);
    if (!subscription) return;
    const feed::Subscription::Batch batch = subscription->Take();
    if (batch.reset) ReadStore();
    for (const feed::Numbered& numbered : batch.changes) Tell(*std::get<ExecutionChange>(numbered.change).row);
  }

  // What ended since the last end that was told of.
  void ReadStore() {
    ListQuery query;
    query.conditions.push_back({ListEntity::kExecution, "updated_at", FilterOp::kGte, {FormatRfc3339(last)}});
    query.ascending = true;
    const auto found = store.Query([&](MetadataReader& reader) { return reader.ListExecutions(query); });
    if (!found) return Log(LogLevel::kError, "notify", Cat("ends could not be read: ", found.error().message));
    for (const model::ExecutionRecord& record : *found) {
      if (model::IsTerminal(record.phase)) Tell(record);
    }
  }

  void Tell(const model::ExecutionRecord& record) {
    if (!told.insert(record.id).second) return;
    order.push_back(record.id);
    if (order.size() > kRemembered) {
      told.erase(order.front());
      order.pop_front();
    }
    last = std::max(last, record.updated_at);
    for (Notice& notice : NoticesOf(record)) notifier.Notify(std::move(notice));
  }

  MetadataStore& store;
  Notifier& notifier;
  std::mutex mutex;  // two workers may be woken
  std::unique_ptr<feed::Subscription> subscription;
  Instant last;
  std::set<ExecutionId> told;
  std::deque<ExecutionId> order;
};

NoticeReader::NoticeReader(feed::Feed& feed, MetadataStore& store, Workers& workers, Clock& clock, Notifier& notifier)
    : state_(std::make_shared<State>(store, clock, notifier)) {
  const auto wake = [&workers, weak = std::weak_ptr(state_)] {
    workers.Run([weak] {
      if (const auto state = weak.lock()) state->Read();
    });
  };
  std::lock_guard lock(state_->mutex);
  state_->subscription = feed.Subscribe(ChangeKinds::Of<ExecutionChange>(), IsEnd, kLimits, wake);
}

NoticeReader::~NoticeReader() {
  std::unique_ptr<feed::Subscription> last;  // released after the lock
  std::lock_guard lock(state_->mutex);
  last = std::move(state_->subscription);
}

}  // namespace sandbox::notify
