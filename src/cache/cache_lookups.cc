#include "cache/cache_lookups.h"

#include <algorithm>

#include "cache/artifacts.h"
#include "cache/reservations.h"
#include "flyteidl/core/literals.pb.h"
#include "flyteidl/core/tasks.pb.h"
#include "sandbox/base/check.h"

namespace sandbox::cache {

using engine::CacheAnswer;
using engine::CacheStatus;

namespace {

std::string KeyOf(const model::CacheClaim& claim) { return model::ReservationKey(claim.dataset, claim.tag); }

std::string Name(const NodeExecutionId& id) {
  return Cat("node ", id.node, " of execution ", id.execution.project, "/", id.execution.domain, "/",
             id.execution.name);
}

}  // namespace

struct CacheLookups::Open {
  engine::LookUpCache question;
  CacheAnswer answer;
  std::optional<model::ArtifactRecord> seen;  // what could not be used
  // The outcome of the write that reserves.
  enum class Reserved { kMine, kTheirs, kMadeMeanwhile } reserved = Reserved::kMine;
  std::string owner;
  Instant expires_at{};
};

void CacheLookups::Ask(engine::LookUpCache question) {
  auto open = std::make_shared<Open>();
  open->question = std::move(question);
  deps_.workers.Run([this, open] { Find(open); });
}

// On a worker: hashing and reading take their time.
void CacheLookups::Find(const std::shared_ptr<Open>& open) {
  const engine::LookUpCache& question = open->question;
  auto key = MakeCacheKey(*question.task, WithHashes(deps_.objects, *question.inputs));
  if (!key) {
    open->answer.status = CacheStatus::kLookupFailure;
    return deps_.loop.Post([this, open] { Answer(open); });
  }
  std::string task_version;
  deps_.store.Read([&](MetadataReader& reader) {
    open->seen = reader.FindTaggedArtifact(key->dataset, key->tag);
    const auto dataset = reader.FindDataset(key->dataset);
    if (!dataset) return;
    const auto version = dataset->metadata.find(kTaskVersion);
    if (version != dataset->metadata.end()) task_version = version->second;
  });
  open->answer.status = question.overwrite ? CacheStatus::kSkipped : CacheStatus::kMiss;
  if (open->seen && !question.overwrite) {
    if (auto hit = ReadArtifact(deps_.objects, question, *open->seen, key->tag, task_version, deps_.bytes_max)) {
      open->answer = std::move(*hit);
      return deps_.loop.Post([this, open] { Answer(open); });
    }
    open->answer.status = CacheStatus::kLookupFailure;
  }
  open->answer.claim = {std::move(key->dataset), std::move(key->tag), open->seen ? open->seen->id : "",
                        std::move(task_version), ""};
  deps_.loop.Post([this, open] { open->question.owner.empty() ? Answer(open) : Reserve(open); });
}

// Lookup and reservation are one transaction: the last owner may have stored its outputs just before.
void CacheLookups::Reserve(const std::shared_ptr<Open>& open) {
  const std::string key = KeyOf(open->answer.claim);
  const auto held = held_.find(key);
  const Instant now = deps_.clock.Now();
  if (held != held_.end() && held->second.owner != open->question.owner)
    return Taken(open, Name(held->second.node), now + kCacheHeartbeat);
  // Held from here on: by the time of the answer a clock that jumped may have made it look expired.
  held_[key] = {open->question.owner, open->question.id};
  const auto work = [open, key, now](MetadataWriter& writer) -> Status {
    const model::CacheClaim& claim = open->answer.claim;
    const auto artifact = writer.FindTaggedArtifact(claim.dataset, claim.tag);
    const bool made = artifact && (!open->seen || artifact->data != open->seen->data);
    open->reserved = Open::Reserved::kMadeMeanwhile;
    if (made) return {};
    const auto reservation = GetOrExtend(writer, key, open->question.owner, kCacheHeartbeat, now);
    if (!reservation) return std::unexpected(reservation.error());
    open->reserved = reservation->owner == open->question.owner ? Open::Reserved::kMine : Open::Reserved::kTheirs;
    open->owner = reservation->owner;
    open->expires_at = reservation->expires_at;
    return {};
  };
  const auto committed = [this, open](const Status& status) {
    SANDBOX_CHECK(status.has_value(), status ? "" : Cat("the state could not be stored: ", status.error().message));
    deps_.loop.Post([this, open] { OnReserved(open); });
  };
  deps_.store.WriteBehind(MetadataStore::Size::kSmall, work, committed, {});
}

void CacheLookups::OnReserved(const std::shared_ptr<Open>& open) {
  model::CacheClaim claim = open->answer.claim;
  claim.owner = open->question.owner;
  switch (open->reserved) {
    case Open::Reserved::kMadeMeanwhile: Freed(claim); return Ask(std::move(open->question));
    case Open::Reserved::kTheirs:
      // Who waits behind this one would be told the same, and wake this one in turn: each asks again when its time
      // comes.
      ReleaseReservation(claim);
      // Of a process that is gone, or of a client of the catalog: its own name is all that is known.
      return Taken(open, Cat("the owner ", open->owner, " of a reservation"),
                   std::min(open->expires_at, deps_.clock.Now() + kCacheHeartbeat));
    case Open::Reserved::kMine: break;
  }
  open->answer.claim = std::move(claim);
  ArmHeartbeat();
  Answer(open);
}

void CacheLookups::Taken(const std::shared_ptr<Open>& open, std::string holder, Instant again_at) {
  waiting_.emplace(KeyOf(open->answer.claim), open->question.id);
  open->answer.outcome = CacheAnswer::Outcome::kTaken;
  open->answer.again_at = again_at;
  open->answer.holder = std::move(holder);
  Answer(open);
}

void CacheLookups::Answer(const std::shared_ptr<Open>& open) {
  callbacks_.answered({open->question.id, std::move(open->answer)});
}

void CacheLookups::Resume(const NodeExecutionId& node, const model::CacheClaim& claim) {
  held_[KeyOf(claim)] = {claim.owner, node};
  Extend();
  ArmHeartbeat();
}

void CacheLookups::ReleaseReservation(const model::CacheClaim& claim) {
  const auto held = held_.find(KeyOf(claim));
  if (held != held_.end() && held->second.owner == claim.owner) held_.erase(held);
  if (held_.empty()) heartbeat_.reset();
}

void CacheLookups::Freed(const model::CacheClaim& claim) {
  ReleaseReservation(claim);
  const std::string key = KeyOf(claim);
  std::vector<NodeExecutionId> woken;
  for (auto at = waiting_.lower_bound({key, {}}); at != waiting_.end() && at->first == key; at = waiting_.erase(at))
    woken.push_back(at->second);
  for (const NodeExecutionId& id : woken) callbacks_.freed(id);
}

void CacheLookups::GiveBack(const model::CacheClaim& claim) {
  deps_.store.WriteBehind(
      MetadataStore::Size::kSmall,
      [claim](MetadataWriter& writer) -> Status {
        writer.DeleteReservation(KeyOf(claim), claim.owner);
        return {};
      },
      [this, claim](const Status&) { deps_.loop.Post([this, claim] { Freed(claim); }); }, {});
}

void CacheLookups::Forget(const ExecutionId& id) {
  std::erase_if(waiting_, [&id](const auto& entry) { return entry.second.execution == id; });
}

void CacheLookups::ArmHeartbeat() {
  if (heartbeat_ || held_.empty()) return;
  heartbeat_ = deps_.loop.At(deps_.clock.Now() + kCacheHeartbeat, [this] {
    heartbeat_.reset();
    Extend();
    ArmHeartbeat();
  });
}

void CacheLookups::Extend() {
  const Instant now = deps_.clock.Now();
  deps_.store.WriteBehind(MetadataStore::Size::kSmall,
                          [held = held_, now](MetadataWriter& writer) -> Status {
                            for (const auto& [key, holder] : held) {
                              const auto reservation = writer.FindReservation(key);
                              // Given back in the meantime, or someone else's since it expired.
                              if (!reservation || reservation->owner != holder.owner) continue;
                              if (auto extended = GetOrExtend(writer, key, holder.owner, kCacheHeartbeat, now);
                                  !extended)
                                return std::unexpected(extended.error());
                            }
                            return {};
                          },
                          {}, {});
}

}  // namespace sandbox::cache
