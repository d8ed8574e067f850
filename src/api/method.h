#pragma once

// The platform's unary methods in one table, served over gRPC and, where the definition has an HTTP rule, over REST.
//
// Thread: handlers run on API worker threads, several at once. They may read the store and the disk; they must not wait
// for the loop or the writer: an answer that needs one is given later. `done` may be called on any thread, exactly
// once; `response` is the caller's and stays valid until then.

#include <google/protobuf/message.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "sandbox/base/reply.h"

namespace sandbox::api {

struct Method {
  const google::protobuf::Message* request;  // prototypes
  const google::protobuf::Message* response;
  std::function<void(const google::protobuf::Message& request, google::protobuf::Message* response,
                     std::function<void(Status)> done)>
      call;
};

class MethodTable {
 public:
  // `name` is "package.Service/Method".
  // Handler answers before it returns.
  template <typename Request, typename Response>
  void Add(std::string name, std::function<Result<Response>(const Request&)> handler) {
    methods_[std::move(name)] =
        Method{&Request::default_instance(), &Response::default_instance(),
               [handler = std::move(handler)](const google::protobuf::Message& request,
                                              google::protobuf::Message* response, std::function<void(Status)> done) {
                 Result<Response> result = handler(static_cast<const Request&>(request));
                 if (!result) return done(std::unexpected(std::move(result.error())));
                 *static_cast<Response*>(response) = std::move(*result);
                 done({});
               }};
  }
  // Handler answers later.
  template <typename Request, typename Response>
  void AddAsync(std::string name, std::function<void(const Request&, Reply<Response>)> handler) {
    methods_[std::move(name)] = Method{
        &Request::default_instance(), &Response::default_instance(),
        [handler = std::move(handler)](const google::protobuf::Message& request, google::protobuf::Message* response,
                                       std::function<void(Status)> done) {
          handler(static_cast<const Request&>(request), [response, done = std::move(done)](Result<Response> result) {
            if (!result) return done(std::unexpected(std::move(result.error())));
            *static_cast<Response*>(response) = std::move(*result);
            done({});
          });
        }};
  }

  // Null when nothing is built for that name: the answer is UNIMPLEMENTED.
  const Method* Find(std::string_view name) const {
    auto found = methods_.find(name);
    return found == methods_.end() ? nullptr : &found->second;
  }

 private:
  std::map<std::string, Method, std::less<>> methods_;
};

}  // namespace sandbox::api
