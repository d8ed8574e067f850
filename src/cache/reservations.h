#pragma once

// The rule of reservations (protocol/execution-engine 6.3): one owner at a time, until it gives back or stops
// extending.

#include <algorithm>
#include <string>

#include "sandbox/ports/metadata_store.h"

namespace sandbox::cache {

// The longest time between two extensions; a reservation counts for three of them after it was last extended.
inline constexpr Duration kCacheHeartbeat = std::chrono::seconds(10);

// The reservation that is in force afterwards: `owner`'s, unless another one's has not expired.
inline Result<model::ReservationRecord> GetOrExtend(MetadataWriter& writer, const std::string& key,
                                                    const std::string& owner, Duration heartbeat, Instant now) {
  auto found = writer.FindReservation(key);
  if (found && found->owner != owner && found->expires_at > now) return std::move(*found);
  heartbeat = heartbeat > Duration::zero() ? std::min(heartbeat, kCacheHeartbeat) : kCacheHeartbeat;
  model::ReservationRecord mine{key, owner, heartbeat, now + 3 * heartbeat};
  if (auto put = writer.PutReservation(mine); !put) return std::unexpected(std::move(put.error()));
  return mine;
}

}  // namespace sandbox::cache
