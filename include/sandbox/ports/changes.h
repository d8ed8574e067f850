#pragma once

// What commits changed, row by row: the spine that readers follow.
//
// Rows are whole and immutable, shared by all who look at them. A row that is null was changed in part: the store has
// it.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "sandbox/base/ids.h"
#include "sandbox/model/entities.h"
#include "sandbox/model/records.h"

namespace sandbox {

struct ExecutionChange {
  ExecutionId id;
  std::shared_ptr<const model::ExecutionRecord> row;
};

// A node, or an item of an array node (`row->item` is not negative).
struct NodeChange {
  std::shared_ptr<const model::NodeRecord> row;
};

// An attempt, and its pod.
struct AttemptChange {
  std::shared_ptr<const model::TaskRecord> row;
};

struct SignalChange {
  std::shared_ptr<const model::SignalRecord> row;
};

// A version was registered, or a launch plan's version changed its state.
struct EntityChange {
  EntityId id;
};

// A tick of a launch plan's schedule was fired or skipped.
struct ScheduleChange {
  EntityId launch_plan;
};

struct AttributesChange {
  model::AttributesKey key;
};

// A pod's log grew, or is whole. Not a row of the store; told by the runner.
struct LogChange {
  std::string pod_namespace;
  std::string pod;
  uint64_t bytes = 0;
  uint64_t lines = 0;
  bool complete = false;
};

// A sample of what a running pod uses. Not a row of the store; told by the runner.
struct UsageChange {
  AttemptId attempt;
  std::string pod;
  uint32_t at_ms = 0;       // since its container started
  uint32_t cpu_millis = 0;  // mean since the last sample
  uint64_t memory_bytes = 0;
};

// What the machine has, and what the pods on it hold. Not a row of the store.
struct MachineChange {
  int64_t cpu_millis_total = 0;  // 0: not known yet
  int64_t cpu_millis_reserved = 0;
  int64_t memory_bytes_total = 0;
  int64_t memory_bytes_reserved = 0;
  uint64_t pods_running = 0;
  uint64_t pods_waiting = 0;
};

using Change = std::variant<ExecutionChange, NodeChange, AttemptChange, SignalChange, EntityChange, ScheduleChange,
                            AttributesChange, LogChange, UsageChange, MachineChange>;

// A set of kinds of changes; each kind is named by its type.
class ChangeKinds {
 public:
  constexpr ChangeKinds() = default;
  template <typename... Kinds>
  static constexpr ChangeKinds Of() {
    ChangeKinds out;
    ((out.bits_ |= BitOf<Kinds>()), ...);
    return out;
  }
  static constexpr ChangeKinds FromBits(uint32_t bits) {
    ChangeKinds out;
    out.bits_ = bits;
    return out;
  }
  static constexpr ChangeKinds All() { return FromBits((uint32_t{1} << std::variant_size_v<Change>)-1); }

  constexpr uint32_t Bits() const { return bits_; }
  constexpr bool Has(const Change& change) const { return (bits_ >> change.index() & 1) != 0; }
  template <typename Kind>
  constexpr bool Has() const {
    return (bits_ & BitOf<Kind>()) != 0;
  }

 private:
  template <typename Kind, size_t Index = 0>
  static constexpr uint32_t BitOf() {
    if constexpr (std::is_same_v<Kind, std::variant_alternative_t<Index, Change>>) {
      return uint32_t{1} << Index;
    } else {
      return BitOf<Kind, Index + 1>();
    }
  }
  uint32_t bits_ = 0;
};

// Where changes go.
//
// Thread: any. Nothing blocks: whoever tells of changes may be the writer or the loop of the executions.
class ChangeSink {
 public:
  virtual ~ChangeSink() = default;
  // Changes that nobody reads need not be told, so that they cost nothing. What is wanted may change at any time.
  virtual ChangeKinds Wanted() const = 0;
  // What one commit changed, in its order; commits are told in theirs, after they are durable.
  virtual void Publish(std::vector<Change> changes) = 0;
};

}  // namespace sandbox
