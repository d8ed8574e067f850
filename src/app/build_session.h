#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "docker/http_client.h"

namespace sandbox::app {

// What BuildKit asks its client while it builds: the values of secrets (moby.buildkit.secrets.v1), and whether the
// client is alive. Values are sent to nobody else.
//
// Thread: that of the executor; questions are answered on gRPC's threads. Destroyed: the streams end.
class BuildSession {
 public:
  // Values by id.
  explicit BuildSession(std::map<std::string, std::string> secrets);
  ~BuildSession();

  const std::string& Id() const { return id_; }
  // The paths of the methods that it answers.
  static std::vector<std::string> Methods();
  // Answers over a raw stream, which it owns from now on, until either side ends it. INTERNAL: no socket is left.
  Status Serve(const boost::asio::any_io_executor& executor, std::unique_ptr<docker::HttpStream> stream);

 private:
  struct Impl;
  std::string id_;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sandbox::app
