#pragma once

// The whole platform in this process: real sockets, threads, SQLite and object files, and containers of FakeEngine.

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "flyteidl/service/admin.grpc.pb.h"
#include "flyteidl/service/signal.grpc.pb.h"
#include "sandbox/ports/changes.h"
#include "sandbox/ports/metadata_store.h"
#include "sandbox/ports/object_store.h"
#include "server/disk_watch.h"
#include "server/platform/fake_engine.h"
#include "server/platform/http.h"

namespace sandbox::testing {

namespace admin = flyteidl::admin;
namespace idl = flyteidl::core;

struct PlatformOptions {
  uint16_t port = 0;                         // 0: any
  int64_t cpu_millis = 0, memory_bytes = 0;  // of all pods together; 0: no limit
  size_t ring_events = 20'000, queue_events = 2'000;
  std::chrono::milliseconds comment_pause{15'000};
  std::function<std::optional<server::DiskSpace>()> disk_space{};  // empty: nobody looks
  uint64_t disk_reserve_bytes = 0;
  std::function<bool()> replaced{};  // the executable is another one by now
};

class Platform {
 public:
  explicit Platform(PlatformOptions options = {});
  ~Platform();

  // The process's life. Open fails with the error of the server. Kill leaves what was committed, as kill -9 does.
  Status Open();
  void Stop();
  void Kill();
  void Restart() {
    Stop();
    Need(Open());
  }
  void KillAndOpen() {
    Kill();
    Need(Open());
  }

  uint16_t Port() const;
  uint16_t ObjectsPort() const;
  uint16_t ImagesPort() const;
  FakeEngine& Engine() { return engine_; }
  ObjectStore& Objects();
  // Tells the feed what a runner tells it, or the commit of a store.
  void Tell(Change change);
  void Write(MetadataStore::Work work);
  // How often anybody has read from the metadata store.
  size_t Reads() const;
  void EndContainers(const std::string& command, int exit_code = 0);
  const std::filesystem::path& Folder() const { return folder_; }
  size_t Notices() const;

  // v1 over gRPC. What fails throws, so that a test ends there; Raw* give the status.
  flyteidl::service::AdminService::Stub& Admin() { return *stub_; }
  void Task(const std::string& name, const std::string& command, int retries = 0);
  void Launch(const std::string& task, const std::string& name);
  grpc::Status RawLaunch(const std::string& task, const std::string& name);
  void Abort(const std::string& name);
  grpc::Status RawAbort(const std::string& name);
  admin::Execution Get(const std::string& name);
  // Waits for an end, at most five seconds.
  admin::Execution Ended(const std::string& name);
  // Waits until the execution is in this phase, or its newest attempt is.
  void Until(const std::function<bool()>& done);
  void UntilRunning(const std::string& name);

  HttpAnswer Http(const std::string& method, const std::string& path, const std::string& body = "") const {
    return Call(Port(), method, path, body);
  }

 private:
  struct Process;
  static void Need(const Status& status);
  static void Need(const grpc::Status& status);

  const PlatformOptions options_;
  std::filesystem::path folder_;
  FakeEngine engine_;
  std::unique_ptr<Process> process_;
  std::unique_ptr<flyteidl::service::AdminService::Stub> stub_;
};

}  // namespace sandbox::testing
