#include "cli/build_view.h"

#include <algorithm>
#include <cstdio>

#include "cli/table.h"
#include "cli/terminal.h"
#include "cli/times.h"

namespace sandbox::cli {
namespace {

constexpr std::chrono::milliseconds kTick{250};
constexpr size_t kNarrow = 40;
constexpr const char *kGreen = "32", *kRed = "31", *kYellow = "33", *kGrey = "90";

std::string InColour(const char* colour, const std::string& text) {
  return UsesColour() ? Cat("\033[", colour, "m", text, "\033[0m") : text;
}

// Of a step; tenths are enough.
std::string StepTook(double seconds) {
  if (seconds >= 120) return Took(seconds);
  char out[32];
  std::snprintf(out, sizeof out, "%.1fs", seconds);
  return out;
}

// What a terminal would take for a command is left out.
std::string Printable(std::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\033') {
      while (at + 1 < text.size() && (text[at + 1] < '@' || text[at + 1] == '[')) ++at;
      ++at;
    } else if (static_cast<unsigned char>(text[at]) >= ' ') {
      out += text[at];
    } else {
      out += ' ';
    }
  }
  return out;
}

}  // namespace

BuildView::BuildView(bool silent) : silent_(silent), moving_(!silent && TerminalWidth() >= kNarrow) {
  if (!moving_) return;
  ticker_ = std::thread([this] {
    std::unique_lock lock(mutex_);
    while (!woken_.wait_for(lock, kTick, [this] { return ended_; })) PaintMoving();
  });
}

BuildView::~BuildView() {
  {
    std::lock_guard lock(mutex_);
    ended_ = true;
  }
  woken_.notify_all();
  if (ticker_.joinable()) ticker_.join();
}

void BuildView::Begin(size_t files, uint64_t bytes) {
  if (silent_) return;
  std::printf("context: %zu file(s), %s\n", files, SizeText(static_cast<int64_t>(bytes)).c_str());
  std::fflush(stdout);
}

std::string BuildView::StepText() const {
  return step_ ? Cat(step_->number, "/", step_->total, " ", Printable(step_->text)) : std::string();
}

void BuildView::Take(const builds::BuildEvent& event) {
  if (silent_) return;
  std::lock_guard lock(mutex_);
  if (!moving_) return Plain(event);
  using Kind = builds::BuildEvent::Kind;
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - since_).count();
  if (event.kind == Kind::kStep) {
    if (step_) FinishStep("✓", kGreen, cached_ ? "cached" : StepTook(seconds));
    step_ = event;
    cached_ = false;
    since_ = std::chrono::steady_clock::now();
    tail_.clear();
    open_.clear();
  } else if (event.kind == Kind::kCached) {
    cached_ = true;
  } else if (event.kind == Kind::kStopped && step_) {
    FinishStep("■", kYellow, Cat(StepTook(seconds), "  stopped"));
    step_.reset();
  } else if (event.kind == Kind::kOutput) {
    open_ += event.text;
    const size_t end = open_.find_last_of("\r\n");
    if (end != std::string::npos) {
      const size_t begin = end == 0 ? std::string::npos : open_.find_last_of("\r\n", end - 1);
      tail_ =
          open_.substr(begin == std::string::npos ? 0 : begin + 1, end - (begin == std::string::npos ? 0 : begin + 1));
      open_.erase(0, end + 1);
    }
  } else if (event.kind == Kind::kPull) {
    tail_ = event.total_bytes > 0
                ? Cat(event.layer, " ", event.text, " ", SizeText(event.bytes), " of ", SizeText(event.total_bytes))
                : Cat(event.layer, " ", event.text);
  }
  PaintMoving();
}

// One line for what has no end: a log that one reads later.
void BuildView::Plain(const builds::BuildEvent& event) {
  using Kind = builds::BuildEvent::Kind;
  const auto line = [this](const std::string& text) {
    std::printf("%s%s\n", in_line_ ? "\n" : "", text.c_str());
    in_line_ = false;
  };
  if (event.kind == Kind::kStep) {
    step_ = event;
    line(Cat("[", event.number, "/", event.total, "] ", event.text));
  } else if (event.kind == Kind::kCached) {
    line("cached");
  } else if (event.kind == Kind::kStopped) {
    line("stopped");
  } else if (event.kind == Kind::kOutput) {
    std::fwrite(event.text.data(), 1, event.text.size(), stdout);
    in_line_ = !event.text.ends_with('\n');
  } else if (event.kind == Kind::kPull && event.total_bytes == 0) {
    line(event.layer.empty() ? event.text : Cat(event.layer, ": ", event.text));
  }
  std::fflush(stdout);
}

void BuildView::ClearMoving() { std::fputs("\r\033[K", stdout); }

void BuildView::PaintMoving() {
  if (!step_ || ended_) return;
  const size_t width = TerminalWidth();
  if (width < kNarrow) return;
  const std::string took = StepTook(std::chrono::duration<double>(std::chrono::steady_clock::now() - since_).count());
  const size_t room = width - DisplayWidth(took) - 5;
  std::string text = CutEnd(StepText(), tail_.empty() ? room : std::max(room / 2, size_t{20}));
  const size_t used = DisplayWidth(text);
  const std::string tail = tail_.empty() || used + 4 > room ? "" : CutEnd(Printable(tail_), room - used - 2);
  ClearMoving();
  std::printf("%s %s  %s%s%s", InColour(kYellow, "◐").c_str(), text.c_str(), took.c_str(), tail.empty() ? "" : "  ",
              InColour(kGrey, tail).c_str());
  std::fflush(stdout);
}

void BuildView::FinishStep(std::string_view mark, const char* colour, const std::string& took) {
  const size_t width = std::max(TerminalWidth(), kNarrow);
  ClearMoving();
  std::printf("%s %s  %s\n", InColour(colour, std::string(mark)).c_str(),
              CutEnd(StepText(), width - DisplayWidth(took) - 5).c_str(), InColour(kGrey, took).c_str());
  std::fflush(stdout);
}

void BuildView::End(const builds::BuildRecord& record) {
  if (silent_) return;
  std::lock_guard lock(mutex_);
  ended_ = true;
  if (moving_ && step_ && !record.steps.empty()) {
    const builds::BuildStep& last = record.steps.back();
    const std::string took = cached_ ? "cached" : StepTook(static_cast<double>(last.duration_ms.value_or(0)) / 1000);
    if (last.state == builds::BuildState::kDone) {
      FinishStep("✓", kGreen, took);
    } else if (last.state == builds::BuildState::kFailed) {
      FinishStep("✕", kRed, last.exit_code ? Cat(took, "  exit ", *last.exit_code) : took);
    } else {
      FinishStep("■", kYellow, Cat(took, "  stopped"));
    }
  } else if (in_line_) {
    std::fputs("\n", stdout);
  }
  std::fflush(stdout);
}

}  // namespace sandbox::cli
