#pragma once

// What a page sees of this machine and does with it, below /sandbox/v1/: schedules' actions, secrets, images, builds,
// doctor, garbage (docs/reference/local-api.yaml).
//
// Thread: the handler on the net loop; what blocks runs on `workers`, and what may block long on `look_workers`.

#include <boost/asio/any_io_executor.hpp>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "api/local/gc_calls.h"
#include "api/local/schedule_calls.h"
#include "doctor/doctor.h"
#include "net/http.h"
#include "sandbox/ports/images.h"
#include "sandbox/ports/metadata_store.h"
#include "sandbox/ports/secret_store.h"

namespace sandbox::api {

class EventHub;

struct MachineApiDeps {
  MetadataStore& store;
  boost::asio::any_io_executor workers;
  EventHub* events;  // outlives the handler's calls
  ScheduleDeps schedules;
  SecretStore& secrets;
  Images& images;
  boost::asio::any_io_executor look_workers;
  std::function<doctor::Findings(const std::vector<std::string>& images_to_try)> find;  // as in server::World
  std::filesystem::path builds;  // that are kept: builds/record.h
  GcDeps gc;
};

// What paths of this handler begin with. GET of the list of schedules is not among them.
const std::vector<std::string>& MachinePaths();
net::HttpHandler MakeMachineApi(MachineApiDeps deps);

}  // namespace sandbox::api
