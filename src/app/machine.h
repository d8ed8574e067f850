#pragma once

// The world of the executable: this machine's clock, disk, threads and sockets, and the Docker Engine.
//
// Thread: Open, Stop and the destructor on the main thread. Stop comes after Server::Close and before the server is
// destroyed; this object is destroyed after the server.

#include <map>
#include <memory>
#include <string>

#include "app/config.h"
#include "home/home.h"
#include "server/world.h"

namespace sandbox::app {

class Machine {
 public:
  // `labels` are of everything made in Docker, beside `instance`; `in_container` as in home::StartOptions. Errors: what
  // the store and the object store say.
  static Result<std::unique_ptr<Machine>> Open(const home::Home& home, const Config& config,
                                               const std::string& instance,
                                               const std::map<std::string, std::string>& labels, bool in_container);
  ~Machine();

  server::World& World();
  // The address of the Docker Engine, and why it did not answer; empty when it did.
  api::EngineState Engine() const;
  // No callback comes any more.
  void Stop();

 private:
  struct Parts;
  explicit Machine(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace sandbox::app
