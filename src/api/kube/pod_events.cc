#include "api/kube/pod_events.h"

#include <algorithm>
#include <map>

#include "api/kube/words.h"
#include "sandbox/base/encoding.h"
#include "sandbox/base/names.h"

namespace sandbox::kube {

using model::PodWait;
using nlohmann::json;

namespace {

struct PodEvent {
  std::string_view reason;
  std::string message;
  Instant at{};
  bool warning = false;
  std::string container{};
  uint32_t count = 1;
  Instant first{};  // unset: `at`
};

class EventList {
 public:
  explicit EventList(const PodView& pod) : task_(pod.task), deleted_at_(pod.deleted_at) {}

  std::vector<PodEvent> Run() {
    Placed();
    Pulled();
    Began();
    Waits();
    Ended();
    return std::move(out_);
  }

 private:
  std::string Where() const { return task_.id.node.execution.Namespace(); }
  const model::PodInstants& At() const { return task_.pod.facts.at; }
  std::string Image() const {
    const auto& definition = task_.pod.definition;
    if (!definition || definition->primary >= definition->containers.size()) return "";
    return definition->containers[definition->primary].image;
  }
  Instant Placement() const { return At().admitted != Instant{} ? At().admitted : StartOf(task_); }

  void Placed() {
    if (Placement() == Instant{}) return;
    out_.push_back(
        {"Scheduled", Cat("Successfully assigned ", Where(), "/", task_.generated_name, " to ", kNode), Placement()});
  }

  void Pulled() {
    const std::string image = Image(), container = PrimaryOf(task_);
    const Instant begun = At().pull_started, done = At().pull_ended;
    if (begun != Instant{}) out_.push_back({"Pulling", Cat("Pulling image \"", image, "\""), begun, false, container});
    if (done != Instant{} && begun != Instant{}) {
      const std::string took = FormatGoDuration(std::chrono::floor<std::chrono::milliseconds>(done - begun));
      out_.push_back({"Pulled", Cat("Successfully pulled image \"", image, "\" in ", took), done, false, container});
    } else if (begun == Instant{} && StartOf(task_) != Instant{}) {
      out_.push_back({"Pulled", Cat("Container image \"", image, "\" already present on machine"),
                      std::min(Placement(), StartOf(task_)), false, container});
    }
  }

  void Began() {
    if (StartOf(task_) == Instant{}) return;
    const std::string primary = PrimaryOf(task_);
    if (task_.pod.definition) {
      for (const model::PodContainer& container : task_.pod.definition->containers) {
        const auto end = std::ranges::find(task_.pod.ends, container.name, &model::ContainerEnd::name);
        const bool own = end != task_.pod.ends.end() && end->started_at != Instant{};
        Began(container.name, own ? end->started_at : StartOf(task_));
      }
    } else {
      Began(primary, StartOf(task_));
    }
  }
  void Began(const std::string& container, Instant at) {
    out_.push_back({"Created", Cat("Created container ", container), at, false, container});
    out_.push_back({"Started", Cat("Started container ", container), at, false, container});
  }

  void Waits() {
    const model::WaitReason& wait = task_.pod.wait;
    const std::string primary = PrimaryOf(task_);
    const model::WaitWords words = WordsOf(wait);
    const uint32_t tried = std::max<uint32_t>(wait.tried, 1);
    const auto failed = [&](std::string message) {
      out_.push_back({"Failed", std::move(message), wait.since, true, primary, tried});
    };
    switch (wait.code) {
      case PodWait::kNone:
      case PodWait::kStarting:
      case PodWait::kImagePull: return;
      case PodWait::kResources:
      case PodWait::kNeverFits: out_.push_back({"FailedScheduling", words.sentence, wait.since, true}); return;
      case PodWait::kImageFailed:
      case PodWait::kImageMissing:
        failed(Cat("Failed to pull image \"", wait.image, "\": ", wait.error));
        failed(wait.code == PodWait::kImageFailed ? "Error: ErrImagePull" : "Error: ImagePullBackOff");
        if (wait.code == PodWait::kImageMissing) {
          out_.push_back({"BackOff", Cat("Back-off pulling image \"", wait.image, "\"; ", words.sentence), wait.since,
                          false, primary, tried});
        }
        return;
      case PodWait::kImageName: out_.push_back({"InspectFailed", words.message, wait.since, true, primary}); return;
      case PodWait::kSecret:
      case PodWait::kBadSecret:
      case PodWait::kRefused:
      case PodWait::kConfig: failed(Cat("Error: ", words.sentence)); return;
      case PodWait::kEngine: out_.push_back({"NodeNotReady", words.sentence, wait.since, true}); return;
    }
  }

  void Ended() {
    const bool aborted = task_.phase == model::TaskPhase::kAborted && StartOf(task_) != Instant{};
    const bool deleted = deleted_at_ != Instant{} || (task_.error && task_.error->code == "UnexpectedObjectDeletion");
    if (!aborted && !deleted) return;
    const Instant at = deleted_at_ != Instant{} ? deleted_at_ : task_.updated_at;
    out_.push_back({"Killing", Cat("Stopping container ", PrimaryOf(task_)), at, false, PrimaryOf(task_)});
  }

  const model::TaskRecord& task_;
  const Instant deleted_at_;
  std::vector<PodEvent> out_;
};

Object EventObject(const PodView& pod, const PodEvent& event, Instant now) {
  const model::TaskRecord& task = pod.task;
  const std::string where = task.id.node.execution.Namespace(), uid = UidOf(Cat(where, "/", task.generated_name));
  const std::string name = Cat(task.generated_name, ".",
                               HexNumber(Fnv1a64(Cat(event.reason, "/", event.container, "/", event.message)), 16));
  const bool scheduler = event.container.empty() && event.reason != "NodeNotReady";
  const char* source = scheduler ? "default-scheduler" : "kubelet";
  const std::string path = event.container.empty() ? "" : Cat("spec.containers{", event.container, "}");
  const Instant first = event.first == Instant{} ? event.at : event.first;
  const std::string_view type = event.warning ? "Warning" : "Normal";
  json involved = {
      {"apiVersion", "v1"}, {"kind", "Pod"}, {"namespace", where}, {"name", task.generated_name}, {"uid", uid}};
  if (!path.empty()) involved["fieldPath"] = path;
  json origin = {{"component", source}};
  if (!scheduler) origin["host"] = kNode;
  Object out;
  out.body = {{"apiVersion", "v1"},
              {"kind", "Event"},
              {"metadata", Metadata(where, name, first)},
              {"involvedObject", std::move(involved)},
              {"reason", event.reason},
              {"message", event.message},
              {"source", std::move(origin)},
              {"firstTimestamp", TimeJson(first)},
              {"lastTimestamp", TimeJson(event.at)},
              {"eventTime", nullptr},
              {"count", event.count},
              {"type", type},
              {"reportingComponent", source},
              {"reportingInstance", scheduler ? "" : std::string(kNode)}};
  out.cells = {AgeText(event.at, now),
               type,
               event.reason,
               Cat("pod/", task.generated_name),
               path,
               scheduler ? source : Cat(source, ", ", kNode),
               event.message,
               AgeText(first, now),
               std::to_string(event.count),
               name};
  out.fields = {{"metadata.name", name},
                {"metadata.namespace", where},
                {"involvedObject.kind", "Pod"},
                {"involvedObject.namespace", where},
                {"involvedObject.name", task.generated_name},
                {"involvedObject.uid", uid},
                {"involvedObject.apiVersion", "v1"},
                {"involvedObject.fieldPath", path},
                {"reason", std::string(event.reason)},
                {"reportingComponent", source},
                {"source", source},
                {"type", std::string(type)}};
  return out;
}

}  // namespace

std::vector<Object> PodEvents(const PodView& pod, Instant now) {
  std::multimap<Instant, PodEvent> by_time;
  for (PodEvent& event : EventList(pod).Run()) by_time.emplace(event.at, std::move(event));
  std::vector<Object> out;
  for (const auto& [at, event] : by_time) out.push_back(EventObject(pod, event, now));
  return out;
}

}  // namespace sandbox::kube
