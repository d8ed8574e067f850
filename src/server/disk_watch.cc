#include "server/disk_watch.h"

#include <utility>

#include "sandbox/base/log.h"

namespace sandbox::server {
namespace {

constexpr auto kLookEvery = std::chrono::seconds(1);

}  // namespace

DiskWatch::DiskWatch(Loop& loop, Clock& clock, Workers& workers, uint64_t reserve_bytes, Space space, Changed changed)
    : loop_(loop),
      clock_(clock),
      workers_(workers),
      reserve_(reserve_bytes),
      space_(std::move(space)),
      changed_(std::move(changed)) {}

DiskWatch::~DiskWatch() { Stop(); }

void DiskWatch::Start() {
  if (reserve_ == 0) return;
  Take(space_());
  Look();
}

void DiskWatch::Stop() {
  timer_.reset();
  *alive_ = false;
}

void DiskWatch::Look() {
  timer_ = loop_.At(clock_.Now() + kLookEvery, [this] {
    workers_.Run([this, alive = alive_, space = space_, &loop = loop_] {
      loop.Post([this, alive, found = space()] {
        if (!*alive) return;
        Take(found);
        Look();
      });
    });
  });
}

void DiskWatch::Take(const std::optional<DiskSpace>& space) {
  if (!space) return;
  {
    const std::lock_guard lock(mutex_);
    last_ = *space;
  }
  const bool low = space->free_bytes < (low_ ? reserve_ + reserve_ / 4 : reserve_);
  if (low == low_) return;
  if (low) {
    const std::lock_guard lock(mutex_);
    since_ = clock_.Now();
  }
  low_ = low;
  Log(low ? LogLevel::kError : LogLevel::kInfo, "disk", low ? Text() : "there is room again: work is taken");
  if (!low) return changed_(std::nullopt);
  changed_(model::Shortage{"disk", static_cast<int64_t>(reserve_), static_cast<int64_t>(space->free_bytes),
                           static_cast<int64_t>(space->total_bytes)});
}

std::string DiskWatch::Text() const {
  const std::lock_guard lock(mutex_);
  return Cat("the disk of the data directory has ", model::MemoryText(static_cast<int64_t>(last_.free_bytes)), " of ",
             model::MemoryText(static_cast<int64_t>(last_.total_bytes)), " left, less than the reserve of ",
             model::MemoryText(static_cast<int64_t>(reserve_)),
             ": no work is taken until there is room; remove files, or lower disk_reserve_mb of config.yaml");
}

Status DiskWatch::Check() const {
  if (!low_) return {};
  return Fail(Code::kResourceExhausted, "DISK_LOW", Text());
}

std::optional<api::Problem> DiskWatch::AsProblem() const {
  if (!low_) return std::nullopt;
  api::Problem out{Text(), 1, {}};
  const std::lock_guard lock(mutex_);
  out.since = since_;
  return out;
}

}  // namespace sandbox::server
