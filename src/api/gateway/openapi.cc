#include "api/gateway/openapi.h"

#include <map>

#include "api/gateway/json_write.h"
#include "sandbox/base/text.h"

namespace sandbox::api {

namespace {

std::string JsonString(std::string_view text) {
  std::string out;
  AppendJsonString(text, &out);
  return out;
}

std::string Operation(const Route& route) {
  std::string parameters;
  for (const Route::Segment& segment : route.segments) {
    if (!segment.variable) continue;
    parameters += Cat(parameters.empty() ? "" : ",", "{\"name\":", JsonString(segment.text),
                      ",\"in\":\"path\",\"required\":true,\"type\":\"string\"}");
  }
  if (!route.body.empty()) {
    parameters += Cat(parameters.empty() ? "" : ",",
                      "{\"name\":\"body\",\"in\":\"body\",\"required\":true,\"schema\":{\"type\":\"object\",\"title\":",
                      JsonString(route.method->input_type()->full_name()), "}}");
  }
  return Cat(
      "{\"operationId\":", JsonString(Cat(route.method->service()->name(), "_", route.method->name())),
      ",\"responses\":{\"200\":{\"description\":\"A successful response.\",\"schema\":{\"type\":\"object\",\"title\":",
      JsonString(route.method->output_type()->full_name()), "}}},\"parameters\":[", parameters, "],\"tags\":[",
      JsonString(route.method->service()->name()), "]}");
}

}  // namespace

std::string MakeOpenApi(const Router& router) {
  std::map<std::string, std::map<std::string, std::string>> paths;
  for (const Route& route : router.Routes()) paths[route.pattern][LowerCase(route.http_method)] = Operation(route);
  std::string out =
      "{\"swagger\":\"2.0\",\"info\":{\"title\":\"flyteidl/service/admin.proto\",\"version\":\"version not set\"},"
      "\"consumes\":[\"application/json\"],\"produces\":[\"application/json\"],\"paths\":{";
  bool first_path = true;
  for (const auto& [pattern, operations] : paths) {
    out += Cat(first_path ? "" : ",", JsonString(pattern), ":{");
    first_path = false;
    bool first = true;
    for (const auto& [method, operation] : operations) {
      out += Cat(first ? "" : ",", JsonString(method), ":", operation);
      first = false;
    }
    out += "}";
  }
  return out + "}}";
}

}  // namespace sandbox::api
