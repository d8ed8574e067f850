#pragma once

// A build as one watches it: on a terminal a list of steps whose last line moves, elsewhere plain lines.

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "builds/engine_stream.h"
#include "builds/record.h"

namespace sandbox::cli {

class BuildView {
 public:
  // `silent`: nothing is printed.
  explicit BuildView(bool silent);
  ~BuildView();

  void Begin(size_t files, uint64_t bytes);
  void Take(const builds::BuildEvent& event);
  // With what became of the steps.
  void End(const builds::BuildRecord& record);

 private:
  void Plain(const builds::BuildEvent& event);
  void FinishStep(std::string_view mark, const char* colour, const std::string& took);
  void PaintMoving();
  void ClearMoving();
  std::string StepText() const;

  const bool silent_, moving_;
  std::mutex mutex_;  // of everything below: a thread paints the seconds
  std::condition_variable woken_;
  bool ended_ = false, cached_ = false, in_line_ = false;
  std::optional<builds::BuildEvent> step_;
  std::string tail_, open_;  // the last whole line of the step's output, and what follows it
  std::chrono::steady_clock::time_point since_;
  std::thread ticker_;
};

}  // namespace sandbox::cli
