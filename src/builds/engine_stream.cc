#include "builds/engine_stream.h"

#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "builds/build_trace.h"
#include "sandbox/base/encoding.h"

namespace sandbox::builds {
namespace {

using nlohmann::json;
using Kind = BuildEvent::Kind;

constexpr size_t kStreamLineMax = size_t{16} << 20;
constexpr size_t kShortId = 12, kPodmansShortId = 11;
// How the builder marks what a command wrote to standard error.
constexpr std::string_view kErrorBegins = "\x1b[91m", kErrorEnds = "\x1b[0m";

std::string TextAt(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

int64_t NumberAt(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_number_integer() ? found->get<int64_t>() : 0;
}

std::optional<int> TakeNumber(std::string_view& text) {
  int out = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (failed != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<size_t>(end - text.data()));
  return out;
}

bool TakeWord(std::string_view& text, std::string_view word) {
  if (!text.starts_with(word)) return false;
  text.remove_prefix(word.size());
  return true;
}

// "Step 2/5 : RUN make\n"; Podman's "STEP 2/5: RUN make\n"
std::optional<BuildEvent> StepOf(std::string_view text) {
  const bool podman = TakeWord(text, "STEP ");
  if (!podman && !TakeWord(text, "Step ")) return std::nullopt;
  BuildEvent out{.kind = Kind::kStep};
  const auto number = TakeNumber(text);
  if (!number || !TakeWord(text, "/")) return std::nullopt;
  const auto total = TakeNumber(text);
  if (!total || !TakeWord(text, podman ? ": " : " : ")) return std::nullopt;
  while (text.ends_with('\n')) text.remove_suffix(1);
  out.number = *number;
  out.total = *total;
  out.text = text;
  return out;
}

bool IsShortId(std::string_view text) {
  while (text.ends_with('\n')) text.remove_suffix(1);
  return (text.size() == kShortId || text.size() == kPodmansShortId) &&
         text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// What only an engine's own builder needs to know: containers and layers in between.
bool IsNoise(std::string_view text) {
  if (text == "\n" || text.starts_with("Successfully tagged ")) return true;
  for (const std::string_view lead :
       {" ---> ", " ---> Running in ", "Removing intermediate container ", "Successfully built ", "--> "}) {
    if (text.starts_with(lead) && IsShortId(text.substr(lead.size()))) return true;
  }
  return false;
}

}  // namespace

EngineStream::EngineStream(Tell tell) : tell_(std::move(tell)), trace_(std::make_unique<BuildTrace>(tell_)) {}
EngineStream::~EngineStream() = default;

Status EngineStream::Take(std::string_view bytes) {
  pending_ += bytes;
  size_t at = 0;
  for (size_t end = 0; (end = pending_.find('\n', at)) != std::string::npos; at = end + 1) {
    if (Status taken = Line(std::string_view(pending_).substr(at, end - at)); !taken) return taken;
  }
  pending_.erase(0, at);
  if (pending_.size() > kStreamLineMax)
    return Fail(Code::kResourceExhausted, "REPLY_TOO_LARGE", "a line of the engine's answer is too long");
  return {};
}

Status EngineStream::End() {
  const std::string last = std::exchange(pending_, {});
  return Line(last);
}

Status EngineStream::Line(std::string_view line) {
  if (line.find_first_not_of(" \r\t") == std::string_view::npos) return {};
  const json said = json::parse(line, nullptr, false);
  if (!said.is_object())
    return Fail(Code::kInternal, "BAD_REPLY", Cat("the engine's answer is not understood: ", line.substr(0, 200)));
  if (TextAt(said, "id") == "moby.buildkit.trace") {
    const auto message = FromBase64(TextAt(said, "aux"));
    if (!message) return Fail(Code::kInternal, "BAD_REPLY", "the engine's answer is not understood: no Base64");
    return trace_->Take(*message);
  }
  if (const std::string error = TextAt(said, "error"); !error.empty()) {
    BuildEvent out{.kind = Kind::kFailed, .text = error};
    if (const auto detail = said.find("errorDetail"); detail != said.end() && detail->is_object()) {
      if (const int64_t code = NumberAt(*detail, "code"); code > 0) out.exit_code = static_cast<int>(code);
    }
    tell_(out);
  } else if (const auto aux = said.find("aux"); aux != said.end() && aux->is_object()) {
    if (const std::string id = TextAt(*aux, "ID"); !id.empty()) tell_({.kind = Kind::kImage, .text = id});
  } else if (said.contains("stream")) {
    Stream(TextAt(said, "stream"));
  } else if (said.contains("status")) {
    BuildEvent out{.kind = Kind::kPull, .text = TextAt(said, "status"), .layer = TextAt(said, "id")};
    if (const auto detail = said.find("progressDetail"); detail != said.end() && detail->is_object()) {
      out.bytes = NumberAt(*detail, "current");
      out.total_bytes = NumberAt(*detail, "total");
    }
    tell_(out);
  }
  return {};
}

void EngineStream::Stream(const std::string& text) {
  // A command may print such a line, too: the steps are told in their order.
  if (const auto step = StepOf(text); step && step->number == step_ + 1 && (steps_ == 0 || step->total == steps_)) {
    step_ = step->number;
    steps_ = step->total;
    return tell_(*step);
  }
  if (text == " ---> Using cache\n" || text.starts_with("--> Using cache ")) return tell_({.kind = Kind::kCached});
  constexpr std::string_view kLoaded = "Loaded image: ", kLoadedId = "Loaded image ID: ";
  for (const std::string_view lead : {kLoaded, kLoadedId}) {
    if (!text.starts_with(lead)) continue;
    const std::string name = text.substr(lead.size());
    return tell_({.kind = Kind::kLoaded, .text = name.substr(0, name.find('\n'))});
  }
  if (IsNoise(text)) return;
  BuildEvent out{.kind = Kind::kOutput, .text = text};
  if (text.starts_with(kErrorBegins)) {
    out.is_stderr = true;
    out.text.erase(0, kErrorBegins.size());
    if (out.text.ends_with(kErrorEnds)) out.text.resize(out.text.size() - kErrorEnds.size());
  }
  tell_(out);
}

}  // namespace sandbox::builds
