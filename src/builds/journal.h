#pragma once

// One build as it goes on, kept on the disk while it does: the record is whole at any time, whatever ends the process.
//
// Thread: one at a time; blocks on the disk.

#include <fstream>
#include <functional>
#include <map>
#include <memory>

#include "builds/dockerfile.h"
#include "builds/engine_stream.h"
#include "builds/record.h"
#include "sandbox/model/pod_files.h"

namespace sandbox::builds {

class Journal {
 public:
  using Now = std::function<Instant()>;

  // Makes the build's folder, with an id, and forgets the oldest builds above kBuildsKept. `record` says what is to be
  // built. INTERNAL when the disk takes nothing.
  static Result<std::unique_ptr<Journal>> Open(const std::filesystem::path& builds, BuildRecord record,
                                               const std::string& dockerfile_text,
                                               std::vector<Instruction> instructions, Now now);
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  const BuildRecord& Record() const { return record_; }
  void Take(const BuildEvent& event);
  // Its end: done without an error, stopped with reason STOPPED, failed with any other, unless a step said why before.
  Status End(const Status& status);

 private:
  Journal(std::filesystem::path builds, BuildFolder folder, BuildRecord record, std::vector<Instruction> instructions,
          Now now);
  Status Save();
  void BeginStep(const BuildEvent& event);
  // Null: it is not known.
  const Instruction* InstructionOf(const BuildEvent& event) const;
  void EndStep(BuildState state);
  void Append(std::string_view text, bool is_stderr);
  void Line(std::string_view text, bool is_stderr = false);
  void TakePull(const BuildEvent& event);
  uint64_t Lines() const;
  void Fail(std::string message, std::optional<int> exit_code);

  const std::filesystem::path builds_;
  const BuildFolder folder_;
  BuildRecord record_;
  const std::vector<Instruction> instructions_;
  const Now now_;
  int lock_ = -1;
  std::ofstream log_, index_;
  model::LogIndexer indexer_;
  bool in_line_ = false;                 // the log does not end with a line's end
  std::vector<std::string> last_lines_;  // of the step
  std::string open_line_;
  std::map<std::string, std::string> pulled_;  // what was said last of each layer
};

}  // namespace sandbox::builds
