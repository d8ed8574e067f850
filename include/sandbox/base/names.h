#pragma once

// Names computed from the identity of a thing: protocol/execution-engine 3.4, 4.3 and 5.6. Pure.

#include <cstdint>
#include <string>
#include <string_view>

#include "sandbox/base/ids.h"

namespace sandbox {

uint32_t Fnv1a32(std::string_view text);
uint64_t Fnv1a64(std::string_view text);
uint64_t Fnv164(std::string_view text);  // FNV-1 multiplies before it mixes a byte in

// `text` when it has at most `length_max` characters, else "f" + base32 of its 32-bit FNV-1a (8 characters).
std::string FixedLengthName(std::string_view text, size_t length_max);
// The same with the 64-bit hash (14 characters).
std::string FixedLengthName64(std::string_view text, size_t length_max);

// The unique id of a node. `parent` is empty for a top-level node.
std::string UniqueNodeId(std::string_view parent, uint32_t parent_attempt, std::string_view node);
// The unique id of a map task's subtask. No other node's id contains the mark.
inline constexpr char kSubtaskMark = '#';
std::string SubtaskNodeId(const AttemptId& attempt, uint32_t index);
bool IsSubtask(std::string_view node);
// Pod name and raw-output id of an attempt.
std::string GeneratedName(const AttemptId& attempt);
// Name of the execution that a launch-plan node starts.
std::string ChildExecutionName(const AttemptId& attempt);
// Name of the execution of a schedule's tick (protocol/control-plane 8.2): the same tick always has the same name.
std::string ScheduledExecutionName(const EntityId& launch_plan, int64_t unix_seconds);
// The two characters of a path that spread raw outputs over many prefixes.
std::string RawOutputShard(std::string_view generated_name);
// Node id of a single-task execution: the last 63 characters of the task name, letters, digits and '-' only.
std::string SingleTaskNodeId(std::string_view task_name);

}  // namespace sandbox
