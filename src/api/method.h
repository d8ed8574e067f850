#pragma once

// The platform's methods in one table, unary ones and such that stream their answers, served over gRPC and, where the
// definition has an HTTP rule, over REST (a stream as lines of JSON).
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

#include "api/stream.h"
#include "sandbox/base/reply.h"

namespace sandbox::api {

struct Method {
  const google::protobuf::Message* request;  // prototypes
  const google::protobuf::Message* response;
  std::function<void(const google::protobuf::Message& request, google::protobuf::Message* response,
                     std::function<void(Status)> done)>
      call;  // of a unary method
  // Of one that streams its answers; `call` is empty then.
  std::function<void(const google::protobuf::Message& request, std::shared_ptr<AnswerStream> stream)> stream{};
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

  // Handler answers any number of times, now and later; the stream is open until it ends it.
  template <typename Request, typename Response>
  void AddStream(std::string name, std::function<void(const Request&, std::shared_ptr<AnswerStream>)> handler) {
    Method method{&Request::default_instance(), &Response::default_instance(), {}, {}};
    method.stream = [handler = std::move(handler)](const google::protobuf::Message& request,
                                                   std::shared_ptr<AnswerStream> stream) {
      handler(static_cast<const Request&>(request), std::move(stream));
    };
    AddMethod(std::move(name), std::move(method));
  }
  void AddMethod(std::string name, Method method) { methods_[std::move(name)] = std::move(method); }

  // Null when nothing is built for that name: the answer is UNIMPLEMENTED.
  const Method* Find(std::string_view name) const {
    auto found = methods_.find(name);
    return found == methods_.end() ? nullptr : &found->second;
  }

 private:
  std::map<std::string, Method, std::less<>> methods_;
};

}  // namespace sandbox::api
