#pragma once

// Which connector service serves which task type: protocol/execution-engine 7.5. All services are asked at the same
// time, in rounds: one every ten seconds, sooner while one of them does not answer.
//
// Thread: the loop.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sandbox/ports/connectors.h"
#include "sandbox/ports/loop.h"

namespace sandbox::connectors {

class ConnectorDirectory {
 public:
  struct Route {
    std::string address;
    bool sync = false;
  };

  // `client` may be null when there are no endpoints. `on_round` is called after each round, with its number.
  ConnectorDirectory(ConnectorClient* client, Loop& loop, Clock& clock, std::vector<ConnectorEndpoint> endpoints,
                     std::function<void(uint64_t)> on_round);

  void Start();
  // The number of the first round that asks after now; it begins at once unless one is under way.
  uint64_t Ask();

  // The service that serves a type; of two services the one that is configured first.
  std::optional<Route> Find(const JobType& type) const;
  std::set<JobType> Known() const;
  std::set<std::string> Stated() const;
  bool IsConfigured() const { return !services_.empty(); }
  // Whether every service answered in the last round.
  bool IsComplete() const;
  // Services that did not answer, with the reason: "localhost:8000 (rpc error ...)".
  std::string Missing() const;
  // The types of the services that answered: "localhost:8000 serves [a, b]".
  std::string Served() const;

 private:
  struct Service {
    ConnectorEndpoint endpoint;
    std::vector<ConnectorInfo> connectors;  // as last listed
    bool answered = false;
    std::string error;  // of the last round
  };
  void Begin();
  void OnListed(size_t index, Result<std::vector<ConnectorInfo>> listed);
  void EndRound();

  ConnectorClient* client_;
  Loop& loop_;
  Clock& clock_;
  std::vector<Service> services_;
  std::function<void(uint64_t)> on_round_;
  std::unique_ptr<Loop::Timer> timer_;
  uint64_t round_ = 0;  // the one under way, or the last
  size_t open_ = 0;     // services that have not answered in it
  bool again_ = false;  // another one is wanted right after it
};

}  // namespace sandbox::connectors
