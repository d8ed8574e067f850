// Attempts whose inputs and outputs are files (raw containers): archives made before the start and read after the end.

#include "executor/executor.h"
#include "pods/files/output_files.h"
#include "pods/files/plain_value.h"

namespace sandbox::executor {
namespace {

// Upstream does this work in containers beside the task's, and failure texts name them.
constexpr char kUploader[] = "flyte-copilot-uploader";
constexpr char kDownloader[] = "flyte-copilot-downloader";

ContainerEnd Helper(const char* name, const PodReport& report) {
  ContainerEnd end;
  end.name = name;
  end.started_at = end.finished_at = report.occurred_at;
  return end;
}

}  // namespace

void Executor::PlaceArchives(PodSpec& pod) const {
  if (!pod.files) return;
  const std::filesystem::path folder = archives_ / pod.pod_namespace;
  pod.files->input_archive = folder / (pod.name + ".inputs.tar");
  if (!pod.files->output_path.empty()) pod.files->output_archive = folder / (pod.name + ".outputs.tar");
}

void Executor::RemoveArchives(FileInterface files, bool inputs_only) {
  deps_.workers.Run([files = std::move(files), inputs_only] {
    std::error_code ignored;
    std::filesystem::remove(files.input_archive, ignored);
    if (!inputs_only && !files.output_archive.empty()) std::filesystem::remove(files.output_archive, ignored);
  });
}

// The report goes on when the outputs are stored: until then the container is there, so that a restart does it again.
void Executor::CollectOutputs(FileInterface files, PodReport report) {
  if (!IsLive(report.id) || report.state != PodState::kFinished) {
    RemoveArchives(std::move(files), false);
    return Deliver(std::move(report));
  }
  auto shared = std::make_shared<PodReport>(std::move(report));
  deps_.workers.Run([this, shared, files = std::move(files)]() mutable {
    if (!files.output_path.empty()) shared->message = pods::StoreOutputs(deps_.objects, files, shared->message);
    std::vector<ContainerEnd> helpers;
    if (!files.output_path.empty()) helpers.push_back(Helper(kUploader, *shared));
    if (!files.input_path.empty()) helpers.push_back(Helper(kDownloader, *shared));
    shared->containers.insert(shared->containers.begin(), helpers.begin(), helpers.end());
    deps_.loop.Post([this, shared, files = std::move(files)]() mutable {
      RemoveArchives(std::move(files), false);
      Deliver(std::move(*shared));
    });
  });
}

// A task must not run on inputs that are not there: its end says why.
void Executor::EndWithoutInputs(const AttemptId& id, std::string why) {
  PodReport report;
  report.id = id;
  report.state = PodState::kFinished;
  report.occurred_at = deps_.clock.Now();
  ContainerEnd end = Helper(kDownloader, report);
  end.exit_code = 1;
  end.reason = EndReason::kError;
  end.message = pods::MessageText(why);
  report.containers.push_back(std::move(end));
  Deliver(std::move(report));
}

}  // namespace sandbox::executor
