#pragma once

// What clients speak: the use cases behind the executor and the registry, and the protocols before them.
//
// Thread: built and destroyed on the thread that opens the server; the handlers run on the net loop.

#include <chrono>
#include <functional>
#include <memory>
#include <optional>

#include "api/grpc/server.h"
#include "api/local/event_hub.h"
#include "api/method.h"
#include "api/oci/oci_server.h"
#include "api/s3/presign.h"
#include "api/s3/s3_server.h"
#include "api/v1/catalog.h"
#include "api/v1/definition_service.h"
#include "api/v1/execution_service.h"
#include "notify/notice_reader.h"
#include "oci/image_store.h"
#include "retention/collector.h"
#include "schedules/scheduler.h"
#include "server/guarded_objects.h"
#include "server/runtime.h"

namespace sandbox::server {

// The endpoints, by what is spoken there.
struct Doors {
  Endpoint& platform;
  Endpoint& objects;
  Endpoint& images;
};

class Protocols {
 public:
  // Sets the endpoints' handlers.
  Protocols(World& world, const ServerOptions& options, Runtime& runtime, std::unique_ptr<oci::ImageStore> images,
            const Doors& doors);

  registry::Registry& Registry() { return registry_; }
  schedules::Scheduler& Scheduler() { return *scheduler_; }
  // Removes what pushes to the registry left behind. Blocks: on a worker.
  void SweepImages() { oci_.Sweep(); }
  // Forgets runs that are older, or take more, than the options say; true: there are more of them. Blocks: on a worker.
  bool CollectRuns();
  // On the net loop: streams of events say goodbye; `done` after the last.
  void EndStreams(std::function<void()> done) { events_.Close(std::move(done)); }
  // Answers open calls. Idempotent.
  void Close() { grpc_->Shutdown(); }

 private:
  void BindMethods();
  ServeSocket PlatformHandler(World& world, const ServerOptions& options, Runtime& runtime, const Doors& doors);

  Clock& clock_;
  const std::optional<std::chrono::seconds> runs_kept_;
  const std::optional<uint64_t> runs_bytes_max_;
  retention::Collector collector_;
  registry::Registry registry_;
  s3::PresignSigner signer_;
  control::Requests requests_;
  api::DefinitionService definitions_;
  api::ExecutionService executions_;
  api::DataCatalog data_catalog_;
  api::CacheService cache_service_;
  std::unique_ptr<schedules::Scheduler> scheduler_;
  api::MethodTable methods_;
  std::unique_ptr<api::GrpcServer> grpc_;
  api::RunPlans run_plans_;
  api::EventHub events_;
  std::unique_ptr<notify::NoticeReader> notices_;
  GuardedObjects guarded_objects_;
  std::unique_ptr<s3::S3Server> s3_;
  std::unique_ptr<oci::ImageStore> images_;
  oci::OciServer oci_;
};

}  // namespace sandbox::server
