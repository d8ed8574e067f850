#pragma once

// GET /metrics: what the platform does and takes, in Prometheus' text form. Each metric with its help is in the answer;
// docs/reference/metrics.md.
//
// Thread: the handler on the net loop; what it reads is read on `workers`.

#include <boost/asio/any_io_executor.hpp>
#include <cstdint>
#include <functional>
#include <string>

#include "net/http.h"
#include "sandbox/ports/changes.h"
#include "sandbox/ports/metadata_store.h"

namespace sandbox::api {

struct MetricsDeps {
  MetadataStore& store;
  boost::asio::any_io_executor workers;
  std::string version;
  Instant started_at{};
  std::string objects;  // the folder whose disk is told of
  std::function<MachineChange()> machine;
  std::function<size_t()> problems;  // that the platform has at the moment and tries again
};

// 405 for other methods than GET.
net::HttpHandler MakeMetrics(MetricsDeps deps);

}  // namespace sandbox::api
