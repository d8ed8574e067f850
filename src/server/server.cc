#include "server/server.h"

#include <chrono>
#include <future>

#include "api/s3/operations.h"
#include "net/run_on.h"
#include "sandbox/base/log.h"
#include "server/protocols.h"

namespace sandbox::server {
namespace {

constexpr auto kBridgeRetry = std::chrono::seconds(2);
constexpr auto kGoodbye = std::chrono::seconds(1);
constexpr auto kUploadsKept = std::chrono::hours(24 * 7);
constexpr auto kUploadsLook = std::chrono::hours(24);
constexpr auto kImagesLook = std::chrono::hours(1);
constexpr auto kRunsLook = std::chrono::hours(1);
constexpr char kPlatform[] = "platform", kObjects[] = "objects", kImages[] = "images";

}  // namespace

struct Server::Parts {
  Parts(World& the_world, ServerOptions the_options)
      : world(the_world), options(std::move(the_options)), endpoints(the_world) {}

  World& world;
  ServerOptions options;
  Endpoints endpoints;
  std::unique_ptr<Runtime> runtime;
  std::unique_ptr<Protocols> protocols;
  std::unique_ptr<Loop::Timer> bridge_timer, uploads_timer, images_timer, runs_timer;
  bool closed = false;
  bool runs_watched = true;  // on the core loop

  Status Bind();
  Status Continue();
  void WatchBridge();
  void WatchUploads();
  void WatchImages();
  void WatchRuns();
  void LeaveConnectors();
};

Status Server::Parts::Bind() {
  if (auto bound = endpoints.Bind(kPlatform, options.platform_port, options.any_port, options.task_platform_port);
      !bound)
    return bound;
  if (auto bound = endpoints.Bind(kObjects, options.objects_port, options.any_port, options.task_objects_port); !bound)
    return bound;
  if (auto bound = endpoints.Bind(kImages, options.images_port, options.any_port, std::nullopt); !bound) return bound;
  for (const std::string& address : options.listen) {
    if (auto bound = endpoints.BindAlso(address); !bound) return bound;
  }
  return {};
}

Status Server::Parts::Continue() {
  std::promise<Status> seeded;
  protocols->Registry().Seed([&](Status status) { seeded.set_value(std::move(status)); });
  if (Status status = seeded.get_future().get(); !status) return status;
  std::promise<Status> recovered;
  world.core_loop.Post(
      [&] { runtime->Executor().Recover([&](Status status) { recovered.set_value(std::move(status)); }); });
  return recovered.get_future().get();
}

// On the core loop.
void Server::Parts::WatchBridge() {
  bridge_timer = world.core_loop.At(world.clock.Now() + kBridgeRetry, [this] {
    if (!endpoints.BindBridge()) return WatchBridge();
    endpoints.AcceptAll();
  });
}

// On the core loop: removes uploads in parts that were not finished for a week.
void Server::Parts::WatchUploads() {
  world.object_workers.Run([this] {
    const size_t removed = s3::ExpireUploads(world.objects, world.clock.Now() - kUploadsKept);
    if (removed > 0) Log(LogLevel::kInfo, "objects", Cat(removed, " uploads in parts were never finished: removed"));
  });
  uploads_timer = world.core_loop.At(world.clock.Now() + kUploadsLook, [this] { WatchUploads(); });
}

// On the core loop: removes what pushes left behind.
void Server::Parts::WatchImages() {
  world.object_workers.Run([this] { protocols->SweepImages(); });
  images_timer = world.core_loop.At(world.clock.Now() + kImagesLook, [this] { WatchImages(); });
}

// On the core loop: forgets runs that are older, or take more, than they may. What one look leaves is taken by the next
// at once.
void Server::Parts::WatchRuns() {
  if (!options.runs_kept && !options.runs_bytes_max) return;
  world.object_workers.Run([this] {
    const bool more = protocols->CollectRuns();
    world.core_loop.Post([this, more] {
      if (!runs_watched) return;
      runs_timer =
          world.core_loop.At(world.clock.Now() + (more ? std::chrono::seconds(0) : kRunsLook), [this] { WatchRuns(); });
    });
  });
}

// Jobs that are being created get their answer, and it is stored: otherwise the next start would create them again.
void Server::Parts::LeaveConnectors() {
  world.close_connectors();
  // Two commits at most: one that was under way, and the one with the answer.
  for (int i = 0; i < 2; ++i) {
    net::RunOn(world.core_loop, [] {});
    std::promise<void> written;
    world.store.Write([](MetadataWriter&) -> Status { return {}; }, [&](const Status&) { written.set_value(); });
    written.get_future().wait();
  }
}

Server::Server(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Server::~Server() = default;

Result<std::unique_ptr<Server>> Server::Open(World& world, ServerOptions options) {
  std::unique_ptr<Server> server(new Server(std::make_unique<Parts>(world, std::move(options))));
  Parts& p = *server->parts_;
  if (Status made = world.objects.CreateBucket(p.options.registry.layout.bucket); !made)
    return std::unexpected(std::move(made.error()));
  if (Status bound = p.Bind(); !bound) return std::unexpected(std::move(bound.error()));
  auto images = oci::ImageStore::Open(world.objects, world.clock);
  if (!images) return std::unexpected(std::move(images.error()));
  Endpoint &platform = p.endpoints.Find(kPlatform), &objects = p.endpoints.Find(kObjects);
  net::RunOn(world.core_loop, [&] { p.runtime = std::make_unique<Runtime>(world, p.options, platform, objects); });
  p.protocols = std::make_unique<Protocols>(world, p.options, *p.runtime, std::move(*images),
                                            Doors{platform, objects, p.endpoints.Find(kImages)});
  const bool has_bridge = p.endpoints.BindBridge();
  net::RunOn(world.core_loop, [&p] { p.runtime->WatchDisk(); });
  if (Status status = p.Continue(); !status) {
    server->Close();
    world.disk_workers.Stop();
    world.small_write_workers.Stop();
    world.core_loop.Stop();
    return std::unexpected(std::move(status.error()));
  }
  p.endpoints.AcceptAll();
  world.core_loop.Post([&p, has_bridge] {
    if (!has_bridge) p.WatchBridge();
    p.WatchUploads();
    p.WatchImages();
    p.WatchRuns();
    p.protocols->Scheduler().Start();
  });
  return server;
}

uint16_t Server::PlatformPort() const { return parts_->endpoints.Find(kPlatform).port; }
uint16_t Server::ObjectsPort() const { return parts_->endpoints.Find(kObjects).port; }
uint16_t Server::ImagesPort() const { return parts_->endpoints.Find(kImages).port; }

void Server::Close() {
  Parts& p = *parts_;
  if (std::exchange(p.closed, true)) return;
  net::RunOn(p.world.core_loop, [&] {
    p.bridge_timer.reset();
    p.uploads_timer.reset();
    p.images_timer.reset();
    p.runs_timer.reset();
    p.runs_watched = false;
    p.runtime->Stop();
    p.protocols->Scheduler().Stop();
  });
  const auto told = std::make_shared<std::promise<void>>();
  net::RunOn(p.world.net_loop, [&] {
    p.endpoints.Close();
    p.protocols->EndStreams([told] { told->set_value(); });
  });
  told->get_future().wait_for(kGoodbye);  // a reader that does not read is left
  p.protocols->Close();
  p.world.net_loop.Stop();
  p.world.api_workers.Stop();
  p.LeaveConnectors();
}

}  // namespace sandbox::server
