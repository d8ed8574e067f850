#pragma once

// The client of one running sandbox: a method for each question that verbs ask, JSON over HTTP on its own port.
//
// Thread: one at a time. Calls block. A question waits a second for a sandbox that does not take connections yet and
// half a minute for each part of an answer; a log that is followed may be silent for as long as its pod lives.
// Errors: NO_ANSWER, NO_ANSWER_IN_TIME, and the server's own with its message (reason SERVER).

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "home/home.h"
#include "sandbox/base/error.h"

namespace sandbox::cli {

struct Place;
struct OpenSignal;

class Client {
 public:
  using Sink = std::function<void(std::string_view)>;

  explicit Client(home::RuntimeInfo info) : info_(std::move(info)) {}
  const home::RuntimeInfo& Info() const { return info_; }

  // GET /sandbox/v1/status
  Result<nlohmann::json> StatusReport();
  // The checks of this machine, looked at now: {checks[{verdict, text, fix}], ok, warn, fail}.
  Result<nlohmann::json> Doctor();
  // Forgets old runs, or counts them (the schema Collected); an empty age: the configuration's. `more` in the answer:
  // the time of one call was up.
  Result<nlohmann::json> CollectGarbage(const std::string& older_than, const std::string& size, bool dry_run);
  // {"settings": [{name, value, from}]}: of the running sandbox.
  Result<nlohmann::json> Settings();
  // {"projects": [...]}, each with its domains.
  Result<nlohmann::json> Projects();
  // {"executions": [...]}, the newest first.
  Result<nlohmann::json> Executions(const Place& place, int limit);
  // {"executions": [...]}: where there are executions of that name, then others whose names begin with it, the newest
  // first; at most a hundred of these.
  Result<nlohmann::json> PlacesOf(const std::string& beginning);
  // The tree of an execution.
  Result<nlohmann::json> Tree(const Place& place, const std::string& execution);
  // {"execution", "data", "nodes", "tree"} of an execution, in one request.
  Result<nlohmann::json> Everything(const Place& place, const std::string& execution);
  // What the page of an execution shows (the schema Run), and its events from a number on (RunEvents).
  Result<nlohmann::json> Run(const Place& place, const std::string& execution);
  Result<nlohmann::json> RunEvents(const Place& place, const std::string& execution, size_t from);
  // Lines of all of its pods by time (RunLog), behind a cursor of an answer; empty: from the first on.
  Result<nlohmann::json> RunLog(const Place& place, const std::string& execution, const std::string& cursor);
  // Lines of one log (LogLines); a negative number counts from the end.
  Result<nlohmann::json> LogLines(const std::string& pod, const std::string& pod_namespace, int64_t from);
  // {"pods": [...]}; an empty namespace: of all.
  Result<nlohmann::json> Pods(const std::string& pod_namespace);
  // Hands on what the pod printed as it arrives; `follow`: until the pod ends. An empty namespace: wherever it is.
  Status Log(const std::string& pod, const std::string& pod_namespace, bool follow, const Sink& sink);
  // Ends an execution that runs; `cause` is shown with it.
  Status Terminate(const Place& place, const std::string& execution, const std::string& cause);
  // The id of a new execution with what the old one was launched with; recovered, it takes over what succeeded.
  // `name` is the new one's, empty: one is made.
  enum class Again { kRelaunch, kRecover };
  Result<std::string> LaunchAgain(Again how, const Place& place, const std::string& execution, const std::string& name);
  // {"entities": [...]} whose names hold `text`; kind: task, workflow or launch_plan.
  Result<nlohmann::json> Entities(const std::string& kind, const Place& place, const std::string& text);
  // A task or launch plan as the public API has it; an empty version: of a launch plan the active one, else the newest.
  Result<nlohmann::json> Definition(const std::string& kind, const Place& place, const std::string& name,
                                    const std::string& version);
  // The id of a new execution; `request` is an ExecutionCreateRequest.
  Result<std::string> Launch(const nlohmann::json& request);
  // {"schedules": [...]}; pausing or resuming answers with those that changed, `which` empty: all of them.
  Result<nlohmann::json> Schedules();
  Result<nlohmann::json> SetSchedules(bool active, const nlohmann::json& which);
  // {project, domain, name} of the execution.
  Result<nlohmann::json> RunSchedule(const Place& place, const std::string& name);
  // Of the object store, by addresses such as s3://my-s3-bucket/a/b. Objects: one page of what is below; with `deep` of
  // all keys, else of one folder. Content hands on the bytes. Put replaces what is there.
  Result<nlohmann::json> Objects(const std::string& uri, bool deep, const std::string& token);
  Status ObjectContent(const std::string& uri, const Sink& sink);
  Result<nlohmann::json> RemoveObject(const std::string& uri);
  Result<nlohmann::json> PutObject(const std::string& uri, std::string bytes);
  // How to look into an attempt, and to run it again: {logs, follow, shell, run, command, reproduce}.
  Result<nlohmann::json> AttemptCommands(const Place& place, const std::string& execution, const std::string& node,
                                         int attempt);
  // {"images": [...], "engine_answers"}: what the engine has with the tasks that name it, and what it has not.
  Result<nlohmann::json> Images();
  // The same for who does not want to wait for a slow engine.
  Result<nlohmann::json> ImagesSoon();
  // Gives an open gate its value, a core.Literal.
  Status SetSignal(const OpenSignal& gate, const nlohmann::json& literal);
  // ALREADY_EXISTS when there is one of that id.
  Status CreateProject(const std::string& id);
  // Whether HTTP is answered at all.
  Status Ping();

 private:
  Result<nlohmann::json> Get(const std::string& path);
  home::RuntimeInfo info_;
};

// Whether something answers HTTP on that port of this machine, with anything but a failure of its own.
bool HttpAnswers(uint16_t port);

}  // namespace sandbox::cli
