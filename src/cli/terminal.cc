#include "cli/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <map>

namespace sandbox::cli {
namespace {

bool IsContinuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

constexpr std::string_view kCutMark = "..";

winsize TerminalSize() {
  winsize size{};
  if (isatty(STDOUT_FILENO) != 1 || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) return {};
  return size;
}

}  // namespace

bool UsesCursor() {
  const char* terminal = std::getenv("TERM");
  return isatty(STDOUT_FILENO) == 1 && terminal != nullptr && std::string_view(terminal) != "dumb";
}

bool UsesColour() {
  const char* refused = std::getenv("NO_COLOR");
  return UsesCursor() && (refused == nullptr || *refused == '\0');
}

size_t TerminalWidth() { return TerminalSize().ws_col; }
size_t TerminalHeight() { return TerminalSize().ws_row; }

std::string Painted(const std::string& word) {
  static constexpr const char *kGreen = "32", *kRed = "31", *kYellow = "33", *kBlue = "34", *kGrey = "90";
  static const std::map<std::string_view, const char*> kColours = {
      {"SUCCEEDED", kGreen}, {"RECOVERED", kGreen},      {"Completed", kGreen},
      {"FAILED", kRed},      {"FAILING", kRed},          {"TIMED_OUT", kRed},
      {"Error", kRed},       {"OOMKilled", kRed},        {"ImagePullBackOff", kRed},
      {"RUNNING", kBlue},    {"DYNAMIC_RUNNING", kBlue}, {"SUCCEEDING", kBlue},
      {"Running", kBlue},    {"QUEUED", kYellow},        {"Pending", kYellow},
      {"ABORTED", kYellow},  {"ABORTING", kYellow},      {"ContainerCreating", kYellow},
      {"SKIPPED", kGrey},    {"Terminating", kYellow},   {"ErrImagePull", kRed},
      {"done", kGreen},      {"present", kGreen},        {"failed", kRed},
      {"missing", kRed},     {"running", kBlue},         {"stopped", kYellow},
      {"cached", kGrey},     {"interrupted", kYellow},
  };
  const auto colour = kColours.find(word);
  if (colour == kColours.end() || !UsesColour()) return word;
  return std::string("\033[") + colour->second + "m" + word + "\033[0m";
}

std::string Coloured(const std::string& text, size_t n) {
  static constexpr const char* kApart[] = {"36", "33", "35", "32", "34", "96", "93", "95", "92", "94"};
  if (!UsesColour()) return text;
  return std::string("\033[") + kApart[n % std::size(kApart)] + "m" + text + "\033[0m";
}

size_t DisplayWidth(std::string_view text) {
  return static_cast<size_t>(std::ranges::count_if(text, [](char c) { return !IsContinuation(c); }));
}

size_t ShownWidth(std::string_view text) {
  size_t columns = 0;
  bool escape = false;
  for (const char c : text) {
    if (c == '\033') escape = true;
    if (!escape && !IsContinuation(c)) ++columns;
    if (escape && c == 'm') escape = false;
  }
  return columns;
}

std::string CutEnd(const std::string& text, size_t width) {
  if (DisplayWidth(text) <= width) return text;
  const size_t kept = width > kCutMark.size() ? width - kCutMark.size() : 0;
  size_t end = 0, columns = 0;
  while (end < text.size() && (columns < kept || IsContinuation(text[end]))) columns += !IsContinuation(text[end++]);
  return text.substr(0, end) + std::string(kCutMark);
}

std::string CutStart(const std::string& text, size_t width) {
  const size_t all = DisplayWidth(text);
  if (all <= width) return text;
  const size_t dropped = all - (width > kCutMark.size() ? width - kCutMark.size() : 0);
  size_t begin = 0, columns = 0;
  while (begin < text.size() && (columns < dropped || IsContinuation(text[begin])))
    columns += !IsContinuation(text[begin++]);
  return std::string(kCutMark) + text.substr(begin);
}

}  // namespace sandbox::cli
