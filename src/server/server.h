#pragma once

// The whole platform in one process: binds its endpoints, opens what is stored, continues what runs, serves.
//
// Thread: Open, Close and the destructor on one thread, which is none of the world's. Close answers open calls, ends
// streams, and lets what was decided be committed; containers of running tasks are left alone. Between Close and the
// destructor the world's owner stops its loops and workers. A server that is destroyed without Close, its loops
// stopped, is as one that was killed: its state is what was committed.

#include <cstdint>
#include <memory>

#include "sandbox/base/error.h"
#include "server/options.h"
#include "server/world.h"

namespace sandbox::server {

class Server {
 public:
  // Binds every port first, then continues what runs. Errors: PORT_TAKEN, and what the stores say; the world is then of
  // no use for another server.
  static Result<std::unique_ptr<Server>> Open(World& world, ServerOptions options);
  ~Server();

  // Bound, on loopback.
  uint16_t PlatformPort() const;
  uint16_t ObjectsPort() const;
  uint16_t ImagesPort() const;
  void Close();

 private:
  struct Parts;
  explicit Server(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace sandbox::server
