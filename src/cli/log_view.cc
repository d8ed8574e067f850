#include "cli/log_view.h"

#include <chrono>
#include <cstdio>
#include <deque>
#include <map>
#include <thread>

#include "cli/terminal.h"
#include "cli/times.h"
#include "cli/tree.h"

namespace sandbox::cli {
namespace {

using nlohmann::json;

constexpr auto kBetweenReads = std::chrono::milliseconds(300);
// Lines of different pods arrive this much out of order.
constexpr int64_t kLate = 2000;

// What was read: printed at once, or kept when only the last of it are wanted, or all is to be printed as data.
class Lines {
 public:
  Lines(const Context& context, const LogsWanted& wanted) : context_(context), tail_(wanted.tail) {}

  void SetNames(std::map<std::string, std::string> names) { names_ = std::move(names); }
  void Add(json line) {
    if (printing_) return Print(line);
    kept_.push_back(std::move(line));
    if (tail_ >= 0 && kept_.size() > static_cast<size_t>(tail_)) kept_.pop_front();
  }
  // All that there was has been read; what comes now is printed as it comes.
  void CaughtUp() {
    if (context_.printer.IsData() || printing_) return;
    printing_ = true;
    for (const json& line : kept_) Print(line);
    kept_.clear();
  }
  void End() {
    if (context_.printer.IsData()) return context_.printer.Data(json{{"lines", kept_}});
    CaughtUp();
  }
  // Prints at once when nothing has to be held back.
  void PrintSoon() {
    if (tail_ < 0) CaughtUp();
  }

 private:
  void Print(const json& line) {
    std::string out = line.contains("node") ? Prefix(line) : "";
    out += TextAt(line, "text") + "\n";
    std::fwrite(out.data(), 1, out.size(), stdout);
    std::fflush(stdout);
  }

  // "step[3] | ", as wide as the widest so far, in the colour of its pod.
  std::string Prefix(const json& line) {
    const auto known = names_.find(TextAt(line, "node"));
    std::string name = known == names_.end() ? TextAt(line, "node") : known->second;
    if (line["item"].is_number()) name += Cat("[", line["item"].get<int>(), "]");
    if (const int attempt = line.value("attempt", 0); attempt > 0) name += Cat(" #", attempt + 1);
    width_ = std::max(width_, name.size());
    name.resize(width_, ' ');
    return Coloured(name + " | ", colours_.try_emplace(TextAt(line, "pod"), colours_.size()).first->second);
  }

  const Context& context_;
  const int tail_;
  bool printing_ = false;
  std::deque<json> kept_;
  size_t width_ = 0;
  std::map<std::string, size_t> colours_;     // by pod
  std::map<std::string, std::string> names_;  // of nodes
};

// The lines of an answer of LogLines, each as RunLog has it but for the node.
void AddLines(const json& answer, const std::string& pod, int64_t since_ms, Lines& lines) {
  const json &text = answer.at("text"), &times = answer.at("time_ms");
  std::map<size_t, bool> in_stderr;
  for (const json& index : answer.at("stderr")) in_stderr[index.get<size_t>()] = true;
  const size_t from = answer.at("from");
  for (size_t i = 0; i < text.size(); ++i) {
    const int64_t at = i < times.size() ? times[i].get<int64_t>() : 0;
    if (at < since_ms) continue;
    lines.Add({{"pod", pod}, {"n", from + i}, {"t", at}, {"stderr", in_stderr.contains(i)}, {"text", text[i]}});
  }
}

}  // namespace

Status PrintLog(const Context& context, Client& client, const json& pod, const LogsWanted& wanted) {
  const std::string name = TextAt(pod, "name"), pod_namespace = TextAt(pod, "namespace");
  if (wanted.All() && !context.printer.IsData())
    return client.Log(name, pod_namespace, wanted.follow, [](std::string_view piece) {
      std::fwrite(piece.data(), 1, piece.size(), stdout);
      std::fflush(stdout);
    });
  Lines lines(context, wanted);
  for (int64_t next = 0;;) {
    const auto answer = client.LogLines(name, pod_namespace, next);
    if (!answer) return std::unexpected(answer.error());
    AddLines(*answer, name, wanted.since_ms, lines);
    const int64_t total = answer->at("total"), read = static_cast<int64_t>(answer->at("text").size());
    next = answer->at("from").get<int64_t>() + read;
    if (read > 0 && next < total) continue;
    if (!wanted.follow || context.printer.IsData() || answer->value("complete", true)) break;
    lines.CaughtUp();
    std::this_thread::sleep_for(kBetweenReads);
  }
  lines.End();
  return {};
}

Status PrintAllLogs(const Context& context, Client& client, const Target& target, const LogsWanted& wanted) {
  Lines lines(context, wanted);
  lines.PrintSoon();
  std::map<std::string, int64_t> printed;  // by pod, the last number
  int64_t newest = wanted.since_ms;
  std::string cursor = newest == 0 ? "" : Cat(newest, ".0.0");
  while (true) {
    // Asked before the lines are: what it printed before it ended is in them.
    const auto tree = client.Tree(target.place, target.execution);
    if (!tree) return std::unexpected(tree.error());
    lines.SetNames(NodeNames(*tree));
    bool more = true;
    while (more) {
      const auto answer = client.RunLog(target.place, target.execution, cursor);
      if (!answer) return std::unexpected(answer.error());
      for (const json& line : answer->at("lines")) {
        newest = std::max(newest, line.at("t").get<int64_t>());
        const auto [last, first] = printed.try_emplace(TextAt(line, "pod"), int64_t{-1});
        if (line.at("n").get<int64_t>() <= last->second || line.at("t") < wanted.since_ms) continue;
        last->second = line.at("n");
        lines.Add(line);
      }
      more = answer->at("next").is_string();
      if (more) cursor = answer->at("next");
    }
    if (!wanted.follow || context.printer.IsData() || IsEnded(TextAt(*tree, "phase"))) break;
    lines.CaughtUp();
    cursor = Cat(std::max(newest - kLate, wanted.since_ms), ".0.0");
    std::this_thread::sleep_for(kBetweenReads);
  }
  lines.End();
  return {};
}

}  // namespace sandbox::cli
