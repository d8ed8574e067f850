#pragma once

// Messages of the interface definitions from their JSON form, for tests.

#include <google/protobuf/util/json_util.h>

#include <catch2/catch.hpp>
#include <string>

namespace sandbox::testing {

template <typename Message>
Message FromJson(const std::string& json) {
  Message message;
  const auto status = google::protobuf::util::JsonStringToMessage(json, &message);
  INFO(json << ": " << status.ToString());
  REQUIRE(status.ok());
  return message;
}

}  // namespace sandbox::testing
