#pragma once

// GET and POST /sandbox/v1/doctor: whether this machine can do its work. GET has the last result, and looks when there
// is none; POST looks again.
//
// Thread: any that may block; who asks while somebody looks waits for that look.

#include <functional>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "api/local/image_board.h"
#include "doctor/doctor.h"
#include "sandbox/ports/metadata_store.h"

namespace sandbox::api {

class DoctorRoom {
 public:
  using Find = std::function<doctor::Findings(const std::vector<std::string>& images_to_try)>;

  // `find` blocks; it has all but the images.
  DoctorRoom(Find find, ImageBoard& images, MetadataStore& store)
      : find_(std::move(find)), images_(images), store_(store) {}

  // doctor::ToJson with {at, took_ms}.
  nlohmann::json Last();
  nlohmann::json Again();

 private:
  nlohmann::json Look();

  const Find find_;
  ImageBoard& images_;
  MetadataStore& store_;
  std::mutex mutex_;
  nlohmann::json last_;
};

// Images of the engine in the order in which a container of them is tried, few: those that newest versions of tasks
// name, then the smallest with a name, then the smallest.
std::vector<std::string> ImagesToTry(const ImageSources& sources, const std::vector<TaskUse>& uses);

}  // namespace sandbox::api
