#include "pods/files/file_runner.h"

#include <utility>

#include "flyteidl/core/literals.pb.h"
#include "pods/files/input_files.h"
#include "pods/files/output_files.h"
#include "pods/files/plain_value.h"
#include "values/stored_values.h"

namespace sandbox::pods {
namespace {

// Failure texts name upstream's helpers.
constexpr char kUploader[] = "flyte-copilot-uploader";
constexpr char kDownloader[] = "flyte-copilot-downloader";

ContainerEnd Helper(const char* name, Instant at) {
  ContainerEnd end;
  end.name = name;
  end.started_at = end.finished_at = at;
  return end;
}

Status Pack(ObjectStore& objects, const PodSpec& pod, Instant now) {
  flyteidl::core::LiteralMap inputs;
  const auto bytes = values::FindObject(objects, pod.inputs_uri, values::kOwnBytesMax);
  if (!bytes || !inputs.ParseFromString(*bytes))
    return Internal(Cat("the inputs at ", pod.inputs_uri, " cannot be read"));
  return PackInputs(objects, *pod.files, inputs, now);
}

}  // namespace

FileRunner::FileRunner(ContainerRunner& inner, ObjectStore& objects, Loop& loop, Workers& workers, Clock& clock,
                       std::filesystem::path folder)
    : RunnerWrapper(inner),
      objects_(objects),
      loop_(loop),
      workers_(workers),
      clock_(clock),
      folder_(std::move(folder)),
      archives_(folder_ / std::to_string(clock.Now().time_since_epoch().count())) {}

void FileRunner::Start(PodSpec spec) {
  if (!spec.files) return Inner().Start(std::move(spec));
  const auto [found, fresh] = attempts_.try_emplace(spec.id);
  Attempt& attempt = found->second;
  if (attempt.state == Attempt::State::kOver) {
    return loop_.Post([this, id = spec.id] {
      if (const auto known = attempts_.find(id); known != attempts_.end()) Tell(*known->second.end);
    });
  }
  const bool busy = attempt.state == Attempt::State::kPacking || attempt.state == Attempt::State::kCollecting;
  if (!fresh && busy) return;
  const std::filesystem::path place = archives_ / spec.pod_namespace;
  spec.files->input_archive = place / (spec.name + ".inputs.tar");
  if (!spec.files->output_path.empty()) spec.files->output_archive = place / (spec.name + ".outputs.tar");
  if (!fresh) return Inner().Start(std::move(spec));
  attempt.files = *spec.files;
  auto shared = std::make_shared<PodSpec>(std::move(spec));
  workers_.Run([this, shared, now = clock_.Now()] {
    loop_.Post([this, shared, packed = Pack(objects_, *shared, now)] { OnPacked(shared, packed); });
  });
}

void FileRunner::OnPacked(std::shared_ptr<PodSpec> spec, const Status& packed) {
  const auto found = attempts_.find(spec->id);
  // Stopped in the meantime: its stop has gone ahead, so it must not start any more.
  if (found == attempts_.end() || found->second.stopped) return RemoveArchives(*spec->files, false);
  if (!packed) return EndWithoutInputs(spec->id, packed.error().message);
  found->second.state = Attempt::State::kStarted;
  Inner().Start(std::move(*spec));
}

// A task must not run on inputs that are not there: its end says why.
void FileRunner::EndWithoutInputs(const AttemptId& id, const std::string& why) {
  PodReport report;
  report.id = id;
  report.state = PodState::kFinished;
  report.occurred_at = clock_.Now();
  ContainerEnd end = Helper(kDownloader, report.occurred_at);
  end.exit_code = 1;
  end.reason = EndReason::kError;
  end.message = MessageText(why);
  report.containers.push_back(std::move(end));
  End(id, std::move(report));
}

void FileRunner::Take(PodReport report) {
  const auto found = attempts_.find(report.id);
  if (found == attempts_.end()) return Tell(std::move(report));
  Attempt& attempt = found->second;
  if (attempt.state == Attempt::State::kOver) return Tell(*attempt.end);
  if (attempt.state == Attempt::State::kCollecting) return;
  if (report.state == PodState::kRunning) RemoveArchives(attempt.files, true);
  if (!Ended(report)) return Tell(std::move(report));
  if (report.state == PodState::kFinished && !attempt.stopped) return Collect(attempt, std::move(report));
  const AttemptId id = report.id;
  End(id, std::move(report));
}

// The end goes on when the outputs are stored: until then the container is there, so that a restart does it again.
void FileRunner::Collect(Attempt& attempt, PodReport report) {
  attempt.state = Attempt::State::kCollecting;
  auto shared = std::make_shared<PodReport>(std::move(report));
  workers_.Run([this, shared, files = attempt.files] {
    if (!files.output_path.empty()) shared->message = StoreOutputs(objects_, files, shared->message);
    std::vector<ContainerEnd> helpers;
    if (!files.output_path.empty()) helpers.push_back(Helper(kUploader, shared->occurred_at));
    if (!files.input_path.empty()) helpers.push_back(Helper(kDownloader, shared->occurred_at));
    shared->containers.insert(shared->containers.begin(), helpers.begin(), helpers.end());
    loop_.Post([this, shared] {
      const AttemptId id = shared->id;
      End(id, std::move(*shared));
    });
  });
}

void FileRunner::End(const AttemptId& id, PodReport report) {
  if (const auto found = attempts_.find(id); found != attempts_.end()) {
    RemoveArchives(found->second.files, false);
    found->second.state = Attempt::State::kOver;
    found->second.end = report;
  }
  Tell(std::move(report));
}

void FileRunner::Stop(const AttemptId& id, Duration grace) {
  if (const auto found = attempts_.find(id); found != attempts_.end()) found->second.stopped = true;
  Inner().Stop(id, grace);
}

void FileRunner::Release(const AttemptId& id) {
  attempts_.erase(id);
  Inner().Release(id);
}

void FileRunner::Sweep(const std::vector<AttemptId>& alive) {
  // What starts again makes its archives again.
  workers_.Run([folder = folder_, ours = archives_] {
    std::error_code failed;
    for (const auto& entry : std::filesystem::directory_iterator(folder, failed)) {
      std::error_code ignored;
      if (entry.path() != ours) std::filesystem::remove_all(entry.path(), ignored);
    }
  });
  Inner().Sweep(alive);
}

void FileRunner::RemoveArchives(const FileInterface& files, bool inputs_only) {
  workers_.Run([files, inputs_only] {
    std::error_code ignored;
    std::filesystem::remove(files.input_archive, ignored);
    if (!inputs_only && !files.output_archive.empty()) std::filesystem::remove(files.output_archive, ignored);
  });
}

}  // namespace sandbox::pods
