#include "builds/build_trace.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <utility>

namespace sandbox::builds {
namespace {

using Kind = BuildEvent::Kind;

std::unexpected<Error> Misread() {
  return sandbox::Fail(Code::kInternal, "BAD_REPLY", "the engine's answer is not understood: a trace of BuildKit");
}

// The fields of a protobuf message, one after the other.
class Fields {
 public:
  explicit Fields(std::string_view bytes) : rest_(bytes) {}

  // The next field: a number, or bytes. False at the end, and when the rest is no message.
  bool Next() {
    if (rest_.empty()) return false;
    const auto tag = Varint();
    if (!tag) return Stop();
    number = static_cast<int>(*tag >> 3);
    switch (*tag & 7) {
      case 0: return Keep(Varint());
      case 1: return Skip(8);
      case 2: return Bytes();
      case 5: return Skip(4);
      default: return Stop();
    }
  }
  bool Failed() const { return failed_; }

  int number = 0;
  uint64_t value = 0;
  std::string_view bytes;

 private:
  std::optional<uint64_t> Varint() {
    uint64_t out = 0;
    for (int shift = 0; shift < 64 && !rest_.empty(); shift += 7) {
      const auto byte = static_cast<unsigned char>(rest_.front());
      rest_.remove_prefix(1);
      out |= static_cast<uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return out;
    }
    return std::nullopt;
  }
  bool Keep(std::optional<uint64_t> read) {
    if (!read) return Stop();
    value = *read;
    bytes = {};
    return true;
  }
  bool Skip(size_t size) {
    if (rest_.size() < size) return Stop();
    bytes = rest_.substr(0, size);
    value = 0;
    rest_.remove_prefix(size);
    return true;
  }
  bool Bytes() {
    const auto size = Varint();
    return size && *size <= rest_.size() ? Skip(static_cast<size_t>(*size)) : Stop();
  }
  bool Stop() {
    failed_ = true;
    return false;
  }

  std::string_view rest_;
  bool failed_ = false;
};

// "RUN make" of "[build 2/5] RUN make"; nothing of a vertex that is no step of the Dockerfile.
std::optional<std::string> StepText(std::string_view name) {
  const size_t close = name.find("] ");
  if (!name.starts_with('[') || close == std::string_view::npos) return std::nullopt;
  const std::string_view inside = name.substr(1, close - 1);
  const std::string_view place = inside.substr(inside.rfind(' ') + 1);
  const bool counted =
      place.find('/') != std::string_view::npos && place.find_first_not_of("0123456789/") == std::string_view::npos;
  if (!counted) return std::nullopt;
  return std::string(name.substr(close + 2));
}

// "...: exit code: 3" says how the command ended.
int ExitCodeIn(std::string_view error) {
  constexpr std::string_view kLead = "exit code: ";
  const size_t at = error.rfind(kLead);
  int code = 0;
  if (at == std::string_view::npos) return -1;
  const std::string_view rest = error.substr(at + kLead.size());
  return std::from_chars(rest.data(), rest.data() + rest.size(), code).ec == std::errc() ? code : -1;
}

}  // namespace

Status BuildTrace::Take(std::string_view message) {
  Fields fields(message);
  while (fields.Next()) {
    Status taken;
    if (fields.number == 1) taken = TakeVertex(fields.bytes);
    if (fields.number == 2) taken = TakeStatus(fields.bytes);
    if (fields.number == 3) taken = TakeLog(fields.bytes);
    if (!taken) return taken;
  }
  if (fields.Failed()) return Misread();
  GoOn();
  return {};
}

// Vertex: digest 1, name 3, cached 4, started 5, completed 6, error 7.
Status BuildTrace::TakeVertex(std::string_view vertex) {
  std::string digest, name, error;
  bool cached = false, started = false, completed = false;
  Fields fields(vertex);
  while (fields.Next()) {
    if (fields.number == 1) digest = fields.bytes;
    if (fields.number == 3) name = fields.bytes;
    if (fields.number == 4) cached = fields.value != 0;
    if (fields.number == 5) started = true;
    if (fields.number == 6) completed = true;
    if (fields.number == 7) error = fields.bytes;
  }
  if (fields.Failed()) return Misread();
  auto text = StepText(name);
  if (!text) return {};
  Step& step = steps_[digest];
  step.text = std::move(*text);
  if ((started || completed) && !std::exchange(step.begun, true)) begun_.push_back(digest);
  if (completed && !step.ended) {
    if (cached) Say(digest, {.kind = Kind::kCached});
    step.ended = true;
  }
  // One that was stopped because another failed has not failed itself.
  if (!error.empty() && step.failure.empty() && error.find("context canceled") == std::string::npos) {
    step.failure = error;
    Fail(digest);
  }
  return {};
}

// VertexStatus, of the layers of a base image: id 1, vertex 2, name 3, current 4, total 5.
Status BuildTrace::TakeStatus(std::string_view status) {
  constexpr std::string_view kDigest = "sha256:";
  constexpr size_t kShort = 12;
  std::string digest;
  BuildEvent out{.kind = Kind::kPull};
  Fields fields(status);
  while (fields.Next()) {
    if (fields.number == 1) out.layer = fields.bytes;
    if (fields.number == 2) digest = fields.bytes;
    if (fields.number == 3) out.text = fields.bytes;
    if (fields.number == 4) out.bytes = static_cast<int64_t>(fields.value);
    if (fields.number == 5) out.total_bytes = static_cast<int64_t>(fields.value);
  }
  if (fields.Failed()) return Misread();
  if (out.layer.starts_with(kDigest)) out.layer = out.layer.substr(kDigest.size(), kShort);
  if (!out.text.empty()) Say(digest, std::move(out));
  return {};
}

// VertexLog: vertex 1, stream 3, msg 4.
Status BuildTrace::TakeLog(std::string_view log) {
  std::string digest;
  BuildEvent out{.kind = Kind::kOutput};
  Fields fields(log);
  while (fields.Next()) {
    if (fields.number == 1) digest = fields.bytes;
    if (fields.number == 3) out.is_stderr = fields.value == 2;
    if (fields.number == 4) out.text = fields.bytes;
  }
  if (fields.Failed()) return Misread();
  Say(digest, std::move(out));
  return {};
}

BuildTrace::Step* BuildTrace::Find(const std::string& digest) {
  const auto found = steps_.find(digest);
  return found == steps_.end() ? nullptr : &found->second;
}

void BuildTrace::Say(const std::string& digest, BuildEvent event) {
  Step* step = Find(digest);
  if (step == nullptr || failed_) return;
  if (digest == current_) return tell_(event);
  // What comes late of a step that was told is told where one is.
  step->told ? tell_(event) : step->waiting.push_back(std::move(event));
}

void BuildTrace::GoOn() {
  while (!failed_ && !begun_.empty()) {
    const Step* told = Find(current_);
    if (told != nullptr && !told->ended) return;
    Begin(begun_.front());
  }
}

void BuildTrace::Begin(std::string digest) {
  std::erase(begun_, digest);
  current_ = std::move(digest);
  Step& step = steps_[current_];
  step.told = true;
  tell_({.kind = Kind::kStep,
         .text = step.text,
         .number = ++number_,
         .total = std::max(number_, static_cast<int>(steps_.size())),
         .by_text = true});
  for (const BuildEvent& event : std::exchange(step.waiting, {})) tell_(event);
}

// Whatever else is under way: what failed is what the user has to see.
void BuildTrace::Fail(const std::string& digest) {
  if (failed_) return;
  if (digest != current_) {
    if (const Step* told = Find(current_); told != nullptr && !told->ended) tell_({.kind = Kind::kStopped});
    Begin(digest);
  }
  failed_ = true;
  const Step& step = steps_[digest];
  tell_({.kind = Kind::kFailed, .text = step.failure, .exit_code = ExitCodeIn(step.failure)});
}

}  // namespace sandbox::builds
