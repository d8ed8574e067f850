#include "sandbox/base/names.h"

#include <cctype>

#include "sandbox/base/encoding.h"
#include "sandbox/base/error.h"

namespace sandbox {
namespace {

constexpr std::string_view kBase32 = "abcdefghijklmnopqrstuvwxyz123456";
constexpr std::string_view kShardCharacters = "abcdefghijklmnopqrstuvwxyz0123456789";

// Big-endian bytes of the hash, without padding.
std::string Base32(uint64_t hash, int bytes) {
  std::string out;
  int bits = bytes * 8;
  const int digits = (bits + 4) / 5;
  for (int i = 0; i < digits; ++i) {
    const int shift = bits - 5 * (i + 1);
    const uint64_t group = shift >= 0 ? hash >> shift : hash << -shift;
    out += kBase32[group & 31];
  }
  return out;
}

}  // namespace

uint32_t Fnv1a32(std::string_view text) {
  uint32_t hash = 2166136261u;
  for (unsigned char c : text) hash = (hash ^ c) * 16777619u;
  return hash;
}

uint64_t Fnv1a64(std::string_view text) {
  uint64_t hash = 14695981039346656037ull;
  for (unsigned char c : text) hash = (hash ^ c) * 1099511628211ull;
  return hash;
}

uint64_t Fnv164(std::string_view text) {
  uint64_t hash = 14695981039346656037ull;
  for (unsigned char c : text) hash = (hash * 1099511628211ull) ^ c;
  return hash;
}

std::string FixedLengthName(std::string_view text, size_t length_max) {
  if (text.size() <= length_max) return std::string(text);
  return "f" + Base32(Fnv1a32(text), 4);
}

std::string FixedLengthName64(std::string_view text, size_t length_max) {
  if (text.size() <= length_max) return std::string(text);
  return "f" + Base32(Fnv1a64(text), 8);
}

std::string UniqueNodeId(std::string_view parent, uint32_t parent_attempt, std::string_view node) {
  std::string joined;
  if (!parent.empty()) joined = std::string(parent) + "-" + std::to_string(parent_attempt) + "-";
  return FixedLengthName(joined + std::string(node), 20);
}

std::string SubtaskNodeId(const AttemptId& attempt, uint32_t index) {
  return attempt.node.node + "-" + std::to_string(attempt.attempt) + "-" + kSubtaskMark + std::to_string(index);
}

bool IsSubtask(std::string_view node) { return node.contains(kSubtaskMark); }

std::string GeneratedName(const AttemptId& attempt) {
  const std::string& node = attempt.node.node;
  if (const size_t mark = node.find(kSubtaskMark); mark != std::string::npos && mark > 0) {
    const std::string name =
        FixedLengthName(attempt.node.execution.name + "-" + node.substr(0, mark - 1), 50) + "-" + node.substr(mark + 1);
    return attempt.attempt == 0 ? name : name + "-" + std::to_string(attempt.attempt);
  }
  return FixedLengthName(attempt.node.execution.name + "-" + attempt.node.node + "-" + std::to_string(attempt.attempt),
                         50);
}

std::string ChildExecutionName(const AttemptId& attempt) {
  return FixedLengthName64(
      attempt.node.execution.name + "-" + attempt.node.node + "-" + std::to_string(attempt.attempt), 20);
}

std::string RawOutputShard(std::string_view generated_name) {
  const uint32_t index = Fnv1a32(generated_name) % (36 * 36);
  return {kShardCharacters[index / 36], kShardCharacters[index % 36]};
}

std::string SingleTaskNodeId(std::string_view task_name) {
  if (task_name.size() > 63) task_name.remove_prefix(task_name.size() - 63);
  std::string out;
  for (unsigned char c : task_name) {
    if (std::isalnum(c) || c == '-') out += static_cast<char>(c);
  }
  return out;
}

std::string ScheduledExecutionName(const EntityId& launch_plan, int64_t unix_seconds) {
  const std::string text = Cat(launch_plan.project, ":", launch_plan.domain, ":", launch_plan.name, ":",
                               launch_plan.version, ":", unix_seconds);
  // The first 19 digits of 16 bytes of which the hash, little-endian, fills only 8.
  std::string bytes;
  uint64_t hash = Fnv164(text);
  for (int byte = 0; byte < 8; ++byte, hash >>= 8) bytes += static_cast<char>(hash & 255);
  return Cat("f", Hex(bytes), "000");
}

}  // namespace sandbox
