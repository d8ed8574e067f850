#include "api/kube/pod_board.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fstream>

#include "api/kube/pod_object.h"
#include "net/coroutines.h"
#include "sandbox/base/log.h"

namespace sandbox::kube {

namespace asio = boost::asio;

namespace {

constexpr size_t kKept = 8192;
constexpr feed::Limits kLimits{20'000, size_t{64} << 20};

PodNames ReadNames(const std::filesystem::path& file) {
  PodNames out;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) out.insert(line);
  return out;
}

void AppendName(const std::filesystem::path& file, const std::string& name) {
  std::error_code ignored;
  std::filesystem::create_directories(file.parent_path(), ignored);
  std::ofstream out(file, std::ios::app);
  out << name << '\n';
  out.close();
  if (!out)
    Log(LogLevel::kWarning, "kubectl", Cat("cannot write ", file.string(), ": deleted pods come back after a restart"));
}

}  // namespace

std::string PodKey(const model::TaskRecord& task) {
  return Cat(task.id.node.execution.Namespace(), "/", task.generated_name);
}

bool HasPod(const model::TaskRecord& task) { return !task.pod_status.empty() && !task.unlisted; }

PodBoard::PodBoard(asio::any_io_executor executor, asio::any_io_executor workers, feed::Feed& feed,
                   MetadataStore& store, Clock& clock, std::filesystem::path deleted)
    : executor_(std::move(executor)),
      workers_(std::move(workers)),
      feed_(feed),
      store_(store),
      clock_(clock),
      file_(std::move(deleted)) {
  // Thousands of changes a millisecond would have to come before the next process's numbers were reached.
  version_ = static_cast<uint64_t>(
                 std::chrono::duration_cast<std::chrono::milliseconds>(clock_.Now().time_since_epoch()).count()) *
             1000;
  first_ = version_;
}

asio::awaitable<void> PodBoard::Open() {
  while (subscription_ && !open_) co_await Sleep(std::chrono::steady_clock::time_point::max());
  if (open_) co_return;
  const auto wake = [executor = executor_, weak = weak_from_this()] {
    asio::post(executor, [weak] {
      if (const auto self = weak.lock()) self->Drain();
    });
  };
  subscription_ = feed_.Subscribe(
      ChangeKinds::Of<AttemptChange>(),
      [](const Change& change) { return HasPod(*std::get<AttemptChange>(change).row); }, kLimits, wake);
  struct Known {
    std::vector<PodRow> rows;
    PodNames deleted;
  };
  Known known = co_await net::Offload(workers_, [this] {
    Known out;
    for (model::TaskRecord& task : store_.Query([](MetadataReader& reader) { return reader.ListPods("", 0); })) {
      if (!IsOver(task)) out.rows.push_back(std::make_shared<const model::TaskRecord>(std::move(task)));
    }
    out.deleted = ReadNames(file_);
    return out;
  });
  // What was told meanwhile is newer.
  for (PodRow& row : known.rows) live_.try_emplace(PodKey(*row), std::move(row));
  known.deleted.insert(deleted_->begin(), deleted_->end());
  deleted_ = std::make_shared<const PodNames>(std::move(known.deleted));
  open_ = true;
  Wake();
}

uint64_t PodBoard::Version() {
  Drain();
  return version_;
}

void PodBoard::Drain() {
  feed::Subscription::Batch batch = subscription_->Take();
  if (batch.reset) {
    // What was lost is not known: nobody can go on from before it.
    changes_.clear();
    first_ = ++version_;
    Wake();
  }
  for (const feed::Numbered& numbered : batch.changes) Take(std::get<AttemptChange>(numbered.change).row);
}

void PodBoard::Take(const PodRow& row) {
  const std::string key = PodKey(*row);
  if (deleted_->contains(key)) return;
  const auto known = live_.find(key);
  const PodState before{known == live_.end() ? nullptr : known->second, DeletedAt(key)};
  const bool over = IsOver(*row);
  if (over && deleting_.erase(key) > 0) {
    if (known != live_.end()) live_.erase(known);
    Hide(key);
    return Add(before, {});
  }
  Add(before, {row, before.deleted_at});
  if (over && model::IsTerminal(row->phase)) {
    live_.erase(key);
  } else {
    live_[key] = row;
  }
}

void PodBoard::Add(PodState before, PodState after) {
  changes_.push_back({++version_, std::move(before), std::move(after)});
  if (changes_.size() > kKept) {
    first_ = changes_.front().version;
    changes_.pop_front();
  }
  Wake();
}

void PodBoard::Wake() {
  for (asio::steady_timer* timer : waiting_) timer->cancel();
}

std::optional<std::vector<PodChange>> PodBoard::After(uint64_t version, size_t count) {
  Drain();
  if (version < first_ || version > version_) return std::nullopt;
  const auto begin = std::ranges::upper_bound(changes_, version, {}, &PodChange::version);
  const auto all = static_cast<size_t>(changes_.end() - begin);
  return std::vector<PodChange>(begin, begin + static_cast<std::ptrdiff_t>(std::min(all, count)));
}

asio::awaitable<void> PodBoard::Wait(uint64_t version, std::chrono::steady_clock::time_point until) {
  if (Version() == version) co_await Sleep(until);
}

asio::awaitable<void> PodBoard::Sleep(std::chrono::steady_clock::time_point until) {
  asio::steady_timer timer(executor_, until);
  // The coroutine may be destroyed where it waits.
  struct Entry {
    std::set<asio::steady_timer*>& all;
    asio::steady_timer* timer;
    ~Entry() { all.erase(timer); }
  } entry{waiting_, &timer};
  waiting_.insert(&timer);
  boost::system::error_code ignored;
  co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

Instant PodBoard::DeletedAt(const std::string& key) const {
  const auto found = deleting_.find(key);
  return found == deleting_.end() ? Instant{} : found->second;
}

void PodBoard::Delete(const PodRow& row) {
  Drain();
  const std::string key = PodKey(*row);
  if (deleted_->contains(key)) return;
  const PodState before{row, DeletedAt(key)};
  if (IsOver(*row)) {
    Hide(key);
    live_.erase(key);
    return Add(before, {});
  }
  const auto [place, added] = deleting_.emplace(key, clock_.Now());
  if (added) Add(before, {row, place->second});
}

void PodBoard::Hide(const std::string& key) {
  auto names = std::make_shared<PodNames>(*deleted_);
  names->insert(key);
  deleted_ = std::move(names);
  // In any order: a file of names.
  asio::post(workers_, [file = file_, key] { AppendName(file, key); });
}

}  // namespace sandbox::kube
