#pragma once

// Binds member functions of one object to the methods of one service, by their names there.

#include <string>
#include <string_view>
#include <utility>

#include "api/method.h"

namespace sandbox::api {

// The table and the object outlive it and what it binds.
template <typename Object>
class ServiceBinder {
 public:
  // `service` is "package.Service".
  ServiceBinder(MethodTable& table, Object& object, std::string service)
      : table_(table), object_(object), service_(std::move(service)) {}

  // Answers before it returns.
  template <typename Request, typename Response>
  ServiceBinder& Add(std::string_view name, Result<Response> (Object::*method)(const Request&)) {
    table_.Add<Request, Response>(
        Full(name), [&object = object_, method](const Request& request) { return (object.*method)(request); });
    return *this;
  }
  // Answers later.
  template <typename Request, typename Response>
  ServiceBinder& Add(std::string_view name, void (Object::*method)(const Request&, Reply<Response>)) {
    table_.AddAsync<Request, Response>(Full(name),
                                       [&object = object_, method](const Request& request, Reply<Response> reply) {
                                         (object.*method)(request, std::move(reply));
                                       });
    return *this;
  }
  // Answers an error or an empty response.
  template <typename Response, typename Request>
  ServiceBinder& AddCheck(std::string_view name, Status (Object::*method)(const Request&)) {
    table_.Add<Request, Response>(Full(name), [&object = object_, method](const Request& request) -> Result<Response> {
      if (auto ok = (object.*method)(request); !ok) return std::unexpected(std::move(ok.error()));
      return Response();
    });
    return *this;
  }

 private:
  std::string Full(std::string_view name) const { return Cat(service_, "/", name); }

  MethodTable& table_;
  Object& object_;
  const std::string service_;
};

}  // namespace sandbox::api
