#pragma once

// What the API is measured against in the same run: the same calls over gRPC, by a server that does nothing else.

#include <string>

namespace sandbox::bench {

enum class ReferenceWork {
  kNothing,  // answers at once: what gRPC and this machine allow
  kOneRow,   // inserts one row of the request's name and bytes with SQLite, and syncs it to the disk: the least that a
             // durable answer needs
};

// A process of its own, as the sandbox is one. Fork it before the first use of gRPC in the parent.
class ReferenceServer {
 public:
  // `directory`: where the row's database lies.
  ReferenceServer(ReferenceWork work, const std::string& directory);
  ~ReferenceServer();
  ReferenceServer(const ReferenceServer&) = delete;
  ReferenceServer& operator=(const ReferenceServer&) = delete;

  std::string Endpoint() const { return "localhost:" + std::to_string(port_); }

 private:
  int process_ = -1;
  int port_ = 0;
};

}  // namespace sandbox::bench
