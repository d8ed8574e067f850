#pragma once

// Routes out of the google.api.http options of the served definitions.

#include <google/protobuf/descriptor.h>

#include <string>
#include <utility>
#include <vector>

namespace sandbox::api {

struct Route {
  struct Segment {
    std::string text;  // of a literal; the field path of a variable ("id.project")
    bool variable;
  };
  const google::protobuf::MethodDescriptor* method;
  std::string name;  // "package.Service/Method"
  std::string http_method;
  std::string pattern;
  std::vector<Segment> segments;
  std::string body;  // "*", a field, or empty
};

class Router {
 public:
  using Parameters = std::vector<std::pair<std::string, std::string>>;  // field path, value
  struct Match {
    const Route* route = nullptr;  // null: not found, or a route of another method only
    const Route* other = nullptr;  // a GET route if there is one, else any
    Parameters parameters;         // of `route`, else of `other`
  };

  // Immutable afterwards; any thread.
  explicit Router(const std::vector<const google::protobuf::ServiceDescriptor*>& services);
  const std::vector<Route>& Routes() const { return routes_; }
  // `segments`: the decoded path. A later definition wins over an earlier one.
  Match Find(const std::string& http_method, const std::vector<std::string>& segments) const;

 private:
  std::vector<Route> routes_;
};

}  // namespace sandbox::api
