#include "api/kube/kube_server.h"

#include "api/kube/calls.h"
#include "api/kube/discovery.h"
#include "net/coroutines.h"
#include "sandbox/base/log.h"

namespace sandbox::kube {

namespace asio = boost::asio;

namespace {

// What people try, and what does it here.
std::string_view InsteadOf(const KubeRequest& request) {
  if (request.subresource == "exec" || request.subresource == "attach")
    return "`docker exec -it POD sh` opens a shell in the container of a pod";
  if (request.subresource == "portforward") return "containers are reached over Docker's network";
  if (request.resource == "pods") return "pods are made by executions: `pyflyte run --remote`, or the console";
  if (request.resource == "namespaces") return "a namespace is a project and a domain: `flytectl create project`";
  return "docs/reference/kubectl.md lists what is served";
}

Answer NotHere(const Call& call) {
  const KubeRequest& request = call.request;
  if (call.resource != nullptr && request.subresource.empty())
    return NotServed(Cat(request.method, " of ", request.resource), InsteadOf(request));
  if (call.resource != nullptr) return NotServed(Cat(request.resource, "/", request.subresource), InsteadOf(request));
  return Fail(Code::kNotFound, "NotFound",
              Cat("the server could not find the requested resource: ", request.path, " is not served; ", kWhatThisIs,
                  "; docs/reference/kubectl.md lists what is served"));
}

asio::awaitable<void> Serve(Call& call) {
  const KubeRequest& request = call.request;
  const std::string& method = request.method;
  const bool reads = method == "GET" || method == "HEAD";
  if (call.resource == nullptr) {
    auto found = reads ? Discover(request.path, call.room->deps.server, call.room->deps.version) : std::nullopt;
    co_return co_await SendAnswer(call, found ? Answer(std::move(*found)) : NotHere(call));
  }
  const ResourceId id = call.resource->id;
  if (!request.subresource.empty()) {
    if (reads && id == ResourceId::kPods && request.subresource == "log") co_return co_await ServeLog(call);
    co_return co_await SendAnswer(call, NotHere(call));
  }
  if (reads) co_return co_await ServeRead(call);
  if (method == "DELETE" && id == ResourceId::kPods && !request.name.empty()) co_return co_await ServeDeletePod(call);
  if (id == ResourceId::kSecrets && (method == "POST" || method == "PATCH" || method == "DELETE"))
    co_return co_await ServeSecret(call);
  co_await SendAnswer(call, NotHere(call));
}

asio::awaitable<void> Handle(std::shared_ptr<Room> room, net::HttpExchange& exchange) {
  Call call{std::move(room), exchange, ParseRequest(exchange.Request())};
  if (!call.request.resource.empty())
    call.resource = FindResource(call.request.group, call.request.version, call.request.resource);
  co_await call.room->board->Open();
  co_await Serve(call);
}

}  // namespace

asio::awaitable<void> SendAnswer(Call& call, Answer answer) {
  net::HttpResponse response = answer ? std::move(*answer) : Failure(answer.error(), call.request);
  if (response.status >= 500) {
    Log(LogLevel::kWarning, "kubectl",
        Cat(call.request.method, " ", call.request.path, ": ", answer ? "" : answer.error().message));
  }
  (void)co_await call.exchange.Send(std::move(response));
}

net::HttpHandler MakeKube(KubeDeps deps) {
  auto room = std::make_shared<Room>(std::move(deps));
  return [room](net::HttpExchange& exchange) { return Handle(room, exchange); };
}

}  // namespace sandbox::kube
