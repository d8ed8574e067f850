#pragma once

// The path and query of a request, decoded; and answers in JSON.

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "net/http.h"
#include "sandbox/base/error.h"

namespace sandbox::api {

struct Target {
  std::string path;
  std::map<std::string, std::string> query;

  // Empty when it is not given.
  std::string Get(const std::string& name) const {
    const auto found = query.find(name);
    return found == query.end() ? "" : found->second;
  }
  // `usual` when it is not given; an error that names the field when it is no whole number from `least` to `most`.
  Result<int64_t> Number(const std::string& name, int64_t usual, int64_t least, int64_t most) const;
};

Target ParseTarget(std::string_view target);

// One line of JSON as a response body has it; bytes that are not UTF-8 are replaced.
std::string JsonText(const nlohmann::json& body);
net::HttpResponse JsonAnswer(unsigned status, const nlohmann::json& body);
// A field of the request is wrong: INVALID_ARGUMENT whose reason is the field's name.
std::unexpected<Error> InvalidField(const std::string& field, const std::string& message);
// {code, message, reason, field}, with the status that belongs to the code.
net::HttpResponse ErrorAnswer(const Error& error);
// 404 with code 5.
net::HttpResponse NotFoundAnswer(const std::string& message);

}  // namespace sandbox::api
