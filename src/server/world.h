#pragma once

// What the platform stands on: time, chance, threads, disk, containers and sockets. The executable gives it the real
// ones, a test others; the server makes none of them itself.
//
// Everything outlives the server. Its owner stops loops and workers and then closes the store, after Server::Close and
// before the server is destroyed.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/local/local_api.h"
#include "doctor/doctor.h"
#include "feed/feed.h"
#include "net/asio_loop.h"
#include "net/http.h"
#include "pods/admission/admission.h"
#include "sandbox/ports/connectors.h"
#include "sandbox/ports/container_runner.h"
#include "sandbox/ports/images.h"
#include "sandbox/ports/loop.h"
#include "sandbox/ports/metadata_store.h"
#include "sandbox/ports/notifier.h"
#include "sandbox/ports/object_store.h"
#include "sandbox/ports/secret_store.h"
#include "server/disk_watch.h"

namespace sandbox::server {

struct World {
  Clock& clock;
  Entropy& entropy;
  net::LoopThread& core_loop;  // owns what changes: the executor, and whatever the runner reports
  net::LoopThread& net_loop;   // every socket, and HTTP sessions
  net::WorkerPool& api_workers;
  net::WorkerPool& disk_workers;
  net::WorkerPool& small_write_workers;  // of one thread, for small objects of the engine
  net::WorkerPool& object_workers;       // an upload holds one through its sync
  feed::Feed& feed;                      // the store tells it of its commits
  MetadataStore& store;
  ObjectStore& objects;
  ContainerRunner& runner;  // used on the core loop
  ConnectorClient& connectors;
  SecretStore& secrets;
  Notifier& notifier;
  Images& images;
  // Binds a socket that accepts on `net_loop`; port 0: any. Errors: PORT_TAKEN.
  std::function<Result<std::unique_ptr<net::Listener>>(const std::string& address, uint16_t port)> listen;
  // The address by which containers reach this machine; none while there is none.
  std::function<std::optional<std::string>()> bridge_address;
  pods::Resources machine;  // what this machine has, for as long as nothing else is known
  // Asks how much the machine has that containers run on: called on the core loop, which the answer comes on too.
  std::function<void(std::function<void(pods::Resources)> found)> find_capacity;
  std::function<api::EngineState()> engine_state;  // any thread
  net::WorkerPool& look_workers;                   // of one thread: who looks at the machine may take half a minute
  // What the doctor has to know, but for images; blocks, on `look_workers`. A container of one of the images, the first
  // that can, tries whether it reaches the sandbox.
  std::function<doctor::Findings(const std::vector<std::string>& images_to_try)> find;
  // The room on the disk of the data directory; blocks, on any thread. Empty: nobody looks.
  std::function<std::optional<DiskSpace>()> disk_space;
  // No connector call is under way any more, and none begins.
  std::function<void()> close_connectors;
  // The bridge's address is this process' own in a container: what is published of its ports comes in by it.
  bool published = false;
};

}  // namespace sandbox::server
