#pragma once

// The path and query of a request, decoded; and answers in JSON.

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "net/http.h"

namespace sandbox::api {

struct Target {
  std::string path;
  std::map<std::string, std::string> query;

  // Empty when it is not given.
  std::string Get(const std::string& name) const {
    const auto found = query.find(name);
    return found == query.end() ? "" : found->second;
  }
};

Target ParseTarget(std::string_view target);

// One line of JSON as a response body has it; bytes that are not UTF-8 are replaced.
std::string JsonText(const nlohmann::json& body);
net::HttpResponse JsonAnswer(unsigned status, const nlohmann::json& body);
// 404 with code 5.
net::HttpResponse NotFoundAnswer(const std::string& message);

}  // namespace sandbox::api
