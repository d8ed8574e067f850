#pragma once

// What only this platform has, below /sandbox/v1/: status, pods, logs, and an execution as one tree. JSON (logs: text),
// for the command line and scripts; docs/reference/local-api.md.

#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "api/local/setting.h"
#include "feed/feed.h"
#include "net/http.h"
#include "sandbox/base/error.h"
#include "sandbox/ports/metadata_store.h"

namespace google::protobuf {
class Message;
}  // namespace google::protobuf

namespace sandbox::registry {
struct RegistryConfig;
}

namespace sandbox {
class Images;
class ObjectStore;
}  // namespace sandbox

namespace sandbox::api {

// What does not change while the process runs.
struct About {
  int64_t pid = 0;
  std::string version, flyte_version, preset;
  std::string build;   // another one where the page is another one
  std::string commit;  // of the sources; empty: not known
  std::chrono::system_clock::time_point started_at{};
  std::string platform;               // "localhost:30080"
  std::string registry;               // of images: "localhost:30000"
  std::string console, object_store;  // "http://localhost:30002"
  std::filesystem::path home, log, logs, builds, database, objects, client_file;
  std::vector<Setting> settings;
};

// What the pods of tasks take of the machine. Totals are 0 where there is no limit, and as long as they are not known.
struct Usage {
  int64_t cpu_millis_total = 0, cpu_millis_used = 0;
  int64_t memory_bytes_total = 0, memory_bytes_used = 0;
  size_t pods_running = 0, pods_waiting = 0;
  bool totals_known = false;  // false until the Docker Engine has told its machine's
};

struct EngineState {
  std::string address;
  std::string source;  // what named it: "setting", "DOCKER_HOST", "context desktop-linux ...", "well-known"
  std::string note;    // why it did not answer at start; empty when it did
};

// What the platform cannot do at the moment, and tries again.
struct Problem {
  std::string message;
  uint32_t failures = 0;
  std::chrono::system_clock::time_point since{};
};

class EventHub;
class RunPlans;

struct LocalApiDeps {
  MetadataStore& store;
  ObjectStore& objects;
  Images& images;
  std::filesystem::path logs;            // {namespace}/{pod}.log below it
  boost::asio::any_io_executor workers;  // for reads that block
  std::function<EngineState()> engine;   // on any thread
  std::function<Usage()> usage;          // on any thread
  About about;
  feed::Feed& feed;
  RunPlans& plans;
  const registry::RegistryConfig& registry;
  EventHub* events;  // outlives the handler's calls
  // A call of the public API in JSON, by the method's full name; blocks, for `workers`.
  std::function<Result<std::string>(std::string_view method, const google::protobuf::Message& request)> call;
  std::function<std::vector<Problem>()> problems{};  // on any thread; may be empty
};

// Handles every path below /sandbox/v1/.
net::HttpHandler MakeLocalApi(LocalApiDeps deps);

}  // namespace sandbox::api
