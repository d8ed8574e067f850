#pragma once

// Connector services over gRPC, without encryption.
//
// Thread: as ConnectorClient; Close on any thread but the loop's. Answers come in on a thread of its own, which posts
// them to the loop. Bounds: 32 calls of one service are under way at once, the others wait; a call takes 10 s at most;
// an answer has 4 MiB at most.

#include <memory>
#include <string>

#include "sandbox/ports/connectors.h"
#include "sandbox/ports/loop.h"

namespace sandbox::connectors {

class GrpcConnectors final : public ConnectorClient {
 public:
  // The loop outlives this; it is destroyed when no posted answer can run any more.
  explicit GrpcConnectors(Loop& loop, Duration patience = std::chrono::seconds(10));
  // Closes.
  ~GrpcConnectors() override;

  void List(const std::string& address, Done<std::vector<ConnectorInfo>> done) override;
  void Create(const std::string& address, const JobRequest& request, Done<std::string> done) override;
  void Execute(const std::string& address, const JobRequest& request, Done<JobResource> done) override;
  void Get(const std::string& address, const JobRef& job, Done<JobResource> done) override;
  void Delete(const std::string& address, const JobRef& job, std::function<void(Status)> done) override;

  // No new calls; those that create or delete something go on to their end, and their answers are posted, the others
  // are dropped. Returns when no call is under way. Idempotent.
  void Close();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sandbox::connectors
