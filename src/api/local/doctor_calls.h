#pragma once

// GET and POST /sandbox/v1/doctor: whether this machine can do its work. GET has the last result, and looks when there
// is none; POST looks again.
//
// Thread: any that may block; who asks while somebody looks waits for that look.

#include <functional>
#include <mutex>
#include <nlohmann/json.hpp>

#include "api/local/image_board.h"
#include "doctor/doctor.h"
#include "sandbox/ports/metadata_store.h"

namespace sandbox::api {

class DoctorRoom {
 public:
  // `find` blocks; it has all but the images.
  DoctorRoom(std::function<doctor::Findings()> find, ImageBoard& images, MetadataStore& store)
      : find_(std::move(find)), images_(images), store_(store) {}

  // doctor::ToJson with {at, took_ms}.
  nlohmann::json Last();
  nlohmann::json Again();

 private:
  nlohmann::json Look();

  const std::function<doctor::Findings()> find_;
  ImageBoard& images_;
  MetadataStore& store_;
  std::mutex mutex_;
  nlohmann::json last_;
};

}  // namespace sandbox::api
