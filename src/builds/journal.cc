#include "builds/journal.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/random.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>

#include "sandbox/base/encoding.h"

namespace sandbox::builds {
namespace {

namespace fs = std::filesystem;

constexpr size_t kLastLinesKept = 20, kLastLineBytesMax = 2000, kIdBytes = 6;

std::string NewId() {
  std::string bytes(kIdBytes, '\0');
  if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
    bytes = std::to_string(std::chrono::steady_clock::now().time_since_epoch().count());
  return Hex(bytes);
}

std::unexpected<Error> CannotKeep(const fs::path& path, std::string_view why) {
  return Internal(Cat("cannot keep the build in ", path.string(), ": ", why));
}

Status WriteWhole(const fs::path& path, std::string_view text) {
  const fs::path fresh = path.string() + ".new";
  std::ofstream file(fresh, std::ios::binary);
  file << text;
  file.close();
  std::error_code failure;
  if (file) fs::rename(fresh, path, failure);
  if (!file || failure) return CannotKeep(path, failure ? failure.message() : "the disk takes nothing");
  return {};
}

// What the engine adds (LABEL of --label) is in no Dockerfile.
bool IsSame(const Instruction& instruction, std::string_view text) {
  return std::ranges::equal(instruction.keyword, text.substr(0, instruction.keyword.size()),
                            [](unsigned char one, unsigned char other) { return one == std::toupper(other); });
}

// With one blank wherever there are some: lines that go on have others.
std::string Words(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool blank = c == ' ' || c == '\t';
    if (!blank) out += c;
    if (blank && !out.empty() && out.back() != ' ') out += ' ';
  }
  while (out.ends_with(' ')) out.pop_back();
  return out;
}

// Builds that go on are never forgotten.
void ForgetOldBuilds(const fs::path& builds) {
  size_t kept = 0;
  for (const BuildRecord& record : ListBuilds(builds)) {
    std::error_code ignored;
    if (++kept > kBuildsKept && record.state != BuildState::kRunning) fs::remove_all(builds / record.id, ignored);
  }
}

}  // namespace

Journal::Journal(fs::path builds, BuildFolder folder, BuildRecord record, std::vector<Instruction> instructions,
                 Now now)
    : builds_(std::move(builds)),
      folder_(std::move(folder)),
      record_(std::move(record)),
      instructions_(std::move(instructions)),
      now_(std::move(now)) {}

Journal::~Journal() {
  if (lock_ >= 0) ::close(lock_);
}

Result<std::unique_ptr<Journal>> Journal::Open(const fs::path& builds, BuildRecord record,
                                               const std::string& dockerfile_text,
                                               std::vector<Instruction> instructions, Now now) {
  record.id = NewId();
  record.started_at = now();
  const BuildFolder folder{builds / record.id};
  std::error_code failure;
  fs::create_directories(folder.root, failure);
  if (failure) return CannotKeep(folder.root, failure.message());
  std::unique_ptr<Journal> out(new Journal(builds, folder, std::move(record), std::move(instructions), std::move(now)));
  out->lock_ = ::open(folder.Lock().c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (out->lock_ < 0 || ::flock(out->lock_, LOCK_EX) != 0) return CannotKeep(folder.Lock(), std::strerror(errno));
  if (Status written = WriteWhole(folder.Dockerfile(), dockerfile_text); !written)
    return std::unexpected(std::move(written.error()));
  out->log_.open(folder.Log(), std::ios::binary);
  out->index_.open(folder.LogIndex(), std::ios::binary);
  if (Status saved = out->Save(); !saved) return std::unexpected(std::move(saved.error()));
  ForgetOldBuilds(builds);
  return out;
}

Status Journal::Save() {
  record_.log_lines = Lines();
  if (!record_.steps.empty() && record_.steps.back().state == BuildState::kRunning)
    record_.steps.back().log_to = record_.log_lines;
  return WriteWhole(folder_.Record(),
                    ToJson(record_).dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
}

uint64_t Journal::Lines() const { return indexer_.Lines() + (in_line_ ? 1 : 0); }

void Journal::Take(const BuildEvent& event) {
  using Kind = BuildEvent::Kind;
  switch (event.kind) {
    case Kind::kStep: return BeginStep(event);
    case Kind::kCached:
      if (!record_.steps.empty()) record_.steps.back().cached = true;
      return;
    case Kind::kStopped: return EndStep(BuildState::kStopped);
    case Kind::kOutput: return Append(event.text, event.is_stderr);
    case Kind::kPull: return TakePull(event);
    case Kind::kImage: record_.image_id = event.text; return;
    case Kind::kLoaded: return;
    case Kind::kFailed:
      return Fail(event.text, event.exit_code < 0 ? std::nullopt : std::optional<int>(event.exit_code));
  }
}

void Journal::BeginStep(const BuildEvent& event) {
  EndStep(BuildState::kDone);
  record_.steps_total = event.total;
  Line(Cat("[", event.number, "/", event.total, "] ", event.text));
  BuildStep step;
  step.number = event.number;
  step.instruction = event.text;
  step.started_at = now_();
  step.log_from = step.log_to = Lines();
  if (const Instruction* done = InstructionOf(event)) step.dockerfile_lines = {done->first_line, done->last_line};
  record_.steps.push_back(std::move(step));
  last_lines_.clear();
  open_line_.clear();
  (void)Save();
}

const Instruction* Journal::InstructionOf(const BuildEvent& event) const {
  if (event.by_text) {
    const auto found = std::ranges::find_if(
        instructions_, [&](const Instruction& each) { return Words(each.text) == Words(event.text); });
    return found == instructions_.end() ? nullptr : &*found;
  }
  const auto index = static_cast<size_t>(event.number) - 1;
  return index < instructions_.size() && IsSame(instructions_[index], event.text) ? &instructions_[index] : nullptr;
}

void Journal::EndStep(BuildState state) {
  if (record_.steps.empty() || record_.steps.back().state != BuildState::kRunning) return;
  if (in_line_) Append("\n", false);
  BuildStep& step = record_.steps.back();
  step.state = state;
  step.duration_ms = std::chrono::duration_cast<std::chrono::milliseconds>(now_() - step.started_at).count();
  step.log_to = Lines();
}

void Journal::Append(std::string_view text, bool is_stderr) {
  if (text.empty()) return;
  std::string records;
  const auto time = std::chrono::duration_cast<std::chrono::milliseconds>(now_().time_since_epoch()).count();
  indexer_.Add(text, is_stderr, static_cast<uint64_t>(time), records);
  log_ << text << std::flush;
  index_ << records << std::flush;
  in_line_ = !text.ends_with('\n');
  open_line_ += text;
  size_t at = 0;
  for (size_t end = 0; (end = open_line_.find('\n', at)) != std::string::npos; at = end + 1) {
    last_lines_.push_back(open_line_.substr(at, std::min(end - at, kLastLineBytesMax)));
    if (last_lines_.size() > kLastLinesKept) last_lines_.erase(last_lines_.begin());
  }
  open_line_.erase(0, at);
  if (open_line_.size() > kLastLineBytesMax) open_line_.erase(0, open_line_.size() - kLastLineBytesMax);
}

void Journal::Line(std::string_view text, bool is_stderr) {
  if (in_line_) Append("\n", false);
  Append(Cat(text, "\n"), is_stderr);
}

// Progress is many lines; each word about a layer is kept once.
void Journal::TakePull(const BuildEvent& event) {
  std::string& said = pulled_[event.layer];
  if (said == event.text) return;
  said = event.text;
  Line(event.layer.empty() ? event.text : Cat(event.layer, ": ", event.text));
}

void Journal::Fail(std::string message, std::optional<int> exit_code) {
  if (record_.failure) return;
  BuildFailure failure{std::move(message), std::nullopt, exit_code, {}};
  if (in_line_) Append("\n", false);
  if (!record_.steps.empty() && record_.steps.back().state == BuildState::kRunning) {
    failure.step = record_.steps.back().number;
    failure.lines = last_lines_;
    record_.steps.back().exit_code = exit_code;
    EndStep(BuildState::kFailed);
  }
  Line(failure.message, true);
  record_.failure = std::move(failure);
  record_.state = BuildState::kFailed;
}

Status Journal::End(const Status& status) {
  if (!status && status.error().reason == "STOPPED") {
    EndStep(BuildState::kStopped);
    if (!record_.failure) record_.state = BuildState::kStopped;
  } else if (!status) {
    Fail(status.error().message, std::nullopt);
  } else if (!record_.failure && record_.image_id.empty()) {
    Fail("the engine ended the build without an image and without a reason", std::nullopt);
  }
  EndStep(BuildState::kDone);
  record_.ended_at = now_();
  if (record_.state == BuildState::kRunning) record_.state = BuildState::kDone;
  if (record_.state == BuildState::kDone) {
    std::ofstream images(builds_ / "images", std::ios::app);
    images << record_.image_id << "\n";
  }
  return Save();
}

}  // namespace sandbox::builds
