#pragma once

// The sockets of the server: a list of endpoints, each bound on loopback, on the addresses that the options name and,
// once there is one, on the address by which containers reach this machine. They are bound first and accept later, so
// that a taken port is told before anything else happens.
//
// Thread: Bind, BindAlso and BindBridge on any one thread at a time; AcceptAll and Close as they say.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "server/world.h"

namespace sandbox::server {

using ServeSocket = std::function<boost::asio::awaitable<void>(boost::asio::ip::tcp::socket)>;

struct Endpoint {
  std::string name;
  uint16_t port = 0;       // bound, on loopback
  uint16_t task_port = 0;  // on the bridge
  ServeSocket handler;     // set before AcceptAll
};

class Endpoints {
 public:
  explicit Endpoints(World& world) : world_(world) {}

  // On loopback. PORT_TAKEN names the port and the options that move it. `any_port`: a free one instead.
  Status Bind(std::string name, uint16_t wanted, bool any_port, std::optional<uint16_t> task_port);
  // At an address of this machine, or one that it gets later, each at its port. As Bind.
  Status BindAlso(const std::string& address);
  // Where task containers reach the endpoints. False while there is no bridge. What cannot be bound there is logged.
  bool BindBridge();
  // Those that do not accept yet begin to.
  void AcceptAll();
  // On the net loop.
  void Close();

  Endpoint& Find(const std::string& name);

 private:
  struct Door {
    std::unique_ptr<net::Listener> listener;
    Endpoint* endpoint = nullptr;
    bool accepts = false;
  };

  World& world_;
  std::vector<std::unique_ptr<Endpoint>> endpoints_;
  std::vector<Door> doors_;
};

}  // namespace sandbox::server
