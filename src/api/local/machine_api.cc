#include "api/local/machine_api.h"

#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "api/local/build_calls.h"
#include "api/local/doctor_calls.h"
#include "api/local/event_hub.h"
#include "api/local/image_board.h"
#include "api/local/image_watch.h"
#include "api/local/secret_list.h"
#include "api/local/target.h"
#include "api/local/task_uses.h"
#include "net/coroutines.h"

namespace sandbox::api {
namespace {

namespace asio = boost::asio;
using nlohmann::json;

constexpr size_t kMachineBodyMax = size_t{1} << 20;
constexpr std::string_view kSchedulesPath = "/sandbox/v1/schedules", kPullPath = "/sandbox/v1/images/pull";
constexpr char kDoctorPath[] = "/sandbox/v1/doctor";

struct MachineCall {
  std::string method;
  Target target;
  std::string body;
};

// The handler with what it remembers.
struct MachineApi {
  explicit MachineApi(MachineApiDeps the_deps) : deps(std::move(the_deps)) {}
  const MachineApiDeps deps;
  ImageBoard images{deps.images, deps.builds};
  ImageWatch watch{images, deps.store, deps.builds};
  DoctorRoom doctor{deps.find, images, deps.store};
};

// What is told later has a larger number.
json Numbered(const MachineApi& api, json rows, uint64_t seq) {
  rows["seq"] = seq;
  rows["rev"] = api.deps.events->RevAt(seq);
  return rows;
}

std::vector<TaskUse> UsesNow(const MachineApi& api) {
  return api.deps.store.Query([](MetadataReader& reader) { return TaskUses(reader); });
}

Result<json> Secrets(MachineApi& api) {
  const uint64_t seq = api.deps.events->Seq();
  const auto stored = api.deps.secrets.List();
  if (!stored) return std::unexpected(stored.error());
  return Numbered(api, SecretList(*stored, UsesNow(api)), seq);
}

Result<json> ImagesOf(MachineApi& api) {
  const uint64_t seq = api.deps.events->Seq();
  const ImageSources sources = api.images.Look();
  return Numbered(api, {{"images", ImageRows(sources, UsesNow(api))}, {"engine_answers", sources.known}}, seq);
}

Result<json> Builds(MachineApi& api, const Target& target) {
  const uint64_t seq = api.deps.events->Seq();
  auto answer = BuildAnswer(api.deps.builds, target);
  // Lines have numbers of their own.
  if (!answer || target.path.ends_with(kBuildLines)) return answer;
  return Numbered(api, std::move(*answer), seq);
}

using MachineAnswer = Result<json> (*)(MachineApi&, const MachineCall&);

// By method and path.
MachineAnswer FindAnswer(const std::string& method, const std::string& path) {
  static const std::map<std::pair<std::string, std::string>, MachineAnswer> answers = {
      {{"GET", "/sandbox/v1/secrets"}, [](MachineApi& api, const auto&) { return Secrets(api); }},
      {{"GET", "/sandbox/v1/images"}, [](MachineApi& api, const auto&) { return ImagesOf(api); }},
      {{"GET", kDoctorPath}, [](MachineApi& api, const auto&) { return Result<json>(api.doctor.Last()); }},
      {{"POST", kDoctorPath}, [](MachineApi& api, const auto&) { return Result<json>(api.doctor.Again()); }},
      {{"POST", "/sandbox/v1/gc"},
       [](MachineApi& api, const auto& call) { return CollectGarbage(api.deps.gc, call.body); }},
  };
  if (method == "POST" && path.starts_with(kSchedulesPath)) {
    return [](MachineApi& api, const MachineCall& call) {
      return CallSchedules(api.deps.schedules, call.target.path.substr(kSchedulesPath.size()), call.body);
    };
  }
  if (method == "GET" && IsBuildCall(path))
    return [](MachineApi& api, const MachineCall& call) { return Builds(api, call.target); };
  const auto found = answers.find({method, path});
  return found == answers.end() ? nullptr : found->second;
}

net::HttpResponse NoAnswer(const std::string& method, const std::string& path) {
  for (const char* other : {"GET", "POST"}) {
    if (FindAnswer(other, path) != nullptr || (path == kPullPath && std::string_view(other) == "POST"))
      return JsonAnswer(405,
                        {{"code", 12}, {"message", Cat("only ", other, ", not ", method)}, {"reason", "BAD_METHOD"}});
  }
  return NotFoundAnswer("no such path; docs/reference/local-api.yaml lists those that there are");
}

asio::awaitable<void> HandleMachine(MachineApi& api, net::HttpExchange& exchange) {
  MachineCall call{exchange.Request().method, ParseTarget(exchange.Request().target), ""};
  const bool pulls = call.method == "POST" && call.target.path == kPullPath;
  const MachineAnswer answer = FindAnswer(call.method, call.target.path);
  if (answer == nullptr && !pulls) {
    (void)co_await exchange.Send(NoAnswer(call.method, call.target.path));
    co_return;
  }
  auto body = co_await exchange.ReadAll(kMachineBodyMax);
  if (!body) {
    (void)co_await exchange.Send(ErrorAnswer(body.error()));
    co_return;
  }
  if (pulls) co_return co_await ServePull(api.images, exchange, *body);
  call.body = std::move(*body);
  const auto& workers = call.target.path == kDoctorPath ? api.deps.look_workers : api.deps.workers;
  const auto made = co_await net::Offload(workers, [&] { return answer(api, call); });
  (void)co_await exchange.Send(made ? JsonAnswer(200, *made) : ErrorAnswer(made.error()));
}

}  // namespace

const std::vector<std::string>& MachinePaths() {
  static const std::vector<std::string> paths = {
      "/sandbox/v1/schedules/", "/sandbox/v1/schedules:", "/sandbox/v1/secrets", "/sandbox/v1/images",
      "/sandbox/v1/builds",     "/sandbox/v1/doctor",     "/sandbox/v1/gc"};
  return paths;
}

net::HttpHandler MakeMachineApi(MachineApiDeps deps) {
  auto shared = std::make_shared<MachineApi>(std::move(deps));
  shared->deps.events->LookFor([shared] { return shared->watch.Look(); });
  return [shared](net::HttpExchange& exchange) -> asio::awaitable<void> { return HandleMachine(*shared, exchange); };
}

}  // namespace sandbox::api
