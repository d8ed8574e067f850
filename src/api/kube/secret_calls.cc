// Secrets: a group of the sandbox's secrets is one of Kubernetes', a key of the group one of its data. They have no
// namespace: each namespace shows the same. A value comes in, and never goes out.

#include <algorithm>
#include <nlohmann/json.hpp>

#include "api/kube/calls.h"
#include "api/kube/wire.h"
#include "api/kube/words.h"
#include "net/coroutines.h"
#include "sandbox/base/encoding.h"
#include "sandbox/base/text.h"

namespace sandbox::kube {

namespace asio = boost::asio;
using nlohmann::json;

namespace {

constexpr size_t kBodyMax = size_t{4} << 20;

// By key; none: it is to be removed.
using Values = std::map<std::string, std::optional<std::string>>;

std::unexpected<Error> Invalid(const std::string& name, const std::string& why) {
  return Fail(Code::kInvalidArgument, "Invalid", Cat("Secret \"", name, "\" is invalid: ", why));
}

Status ReadValues(const json& body, const std::string& name, Values& out) {
  for (const char* field : {"data", "stringData"}) {
    const auto values = body.find(field);
    if (values == body.end() || values->is_null()) continue;
    if (!values->is_object()) return Invalid(name, Cat(field, ": expected keys with values"));
    for (const auto& [key, value] : values->items()) {
      if (value.is_null()) {
        out[key] = std::nullopt;
        continue;
      }
      const std::string where = Cat(field, "[", key, "]");
      if (!value.is_string()) return Invalid(name, Cat(where, ": expected text"));
      auto bytes = std::string_view(field) == "stringData"
                       ? std::expected<std::string, size_t>(value.get<std::string>())
                       : FromBase64(value.get<std::string>());
      if (!bytes) return Invalid(name, Cat(where, ": expected base64"));
      if (bytes->empty()) {
        return Invalid(name, Cat(where,
                                 ": the value is empty; values are never given out, so that what was read of a "
                                 "secret cannot be written back"));
      }
      out[key] = std::move(*bytes);
    }
  }
  return {};
}

std::vector<StoredSecret> KeysOf(const Room& room, const std::string& group) {
  std::vector<StoredSecret> out;
  if (auto stored = room.deps.secrets.List()) {
    for (StoredSecret& each : *stored) {
      if (each.name.group == group) out.push_back(std::move(each));
    }
  }
  return out;
}

struct SecretChange {
  std::string group;
  Values values;
  bool creates = false, dry_run = false;
};

Result<json> ReadBody(const net::HttpRequest& http, const std::string& text) {
  if (http.headers.Get("Content-Type").starts_with(kProtobufType)) return SecretFromProtobuf(text);
  json body = json::parse(text, nullptr, false);
  if (!body.is_object()) return Fail(Code::kInvalidArgument, "BadRequest", "the body: expected a Secret as JSON");
  return body;
}

Result<SecretChange> ReadChange(Room& room, KubeRequest& request, const json& body) {
  SecretChange out;
  out.creates = request.method == "POST";
  out.dry_run = request.Param("dryRun") == "All";
  if (out.creates) {
    const json metadata = body.value("metadata", json::object());
    const auto name = metadata.is_object() ? metadata.find("name") : metadata.end();
    if (!metadata.is_object() || name == metadata.end() || !name->is_string())
      return Invalid("", "metadata.name: Required value: it becomes the group of the sandbox's secrets");
    request.name = name->get<std::string>();
    if (!IsDnsName(request.name))
      return Invalid(request.name, "metadata.name: Invalid value: expected small letters, digits, '-' and '.'");
  }
  out.group = request.name;
  if (Status read = ReadValues(body, out.group, out.values); !read) return std::unexpected(std::move(read.error()));
  if (!NamespaceExists(room, request.pod_namespace)) {
    return Fail(Code::kNotFound, "NotFound",
                Cat("namespaces \"", request.pod_namespace, "\" not found; `kubectl get namespaces` lists them"));
  }
  const bool exists = !KeysOf(room, out.group).empty();
  if (out.creates && exists)
    return Fail(Code::kAlreadyExists, "AlreadyExists", Cat("secrets \"", out.group, "\" already exists"));
  if (!out.creates && !exists) return NoSuch(request);
  if (out.creates && out.values.empty())
    return Invalid(out.group, "data: Required value: without a key there is nothing that a sandbox could keep");
  return out;
}

Status Store(Room& room, const SecretChange& change) {
  for (const auto& [key, value] : change.values) {
    const SecretName name{change.group, key};
    const Status done = value ? room.deps.secrets.Put(name, *value) : room.deps.secrets.Delete(name);
    if (!done && (value || done.error().code != Code::kNotFound)) {
      if (done.error().code != Code::kInvalidArgument) return done;
      return Invalid(change.group, Cat("data[", key, "]: ", done.error().message));
    }
  }
  return {};
}

Answer Write(Call& call, const std::string& body, const Snapshot& snapshot) {
  const auto read = ReadBody(call.exchange.Request(), body);
  if (!read) return std::unexpected(read.error());
  const auto change = ReadChange(*call.room, call.request, *read);
  if (!change) return std::unexpected(change.error());
  if (!change->dry_run) {
    if (Status stored = Store(*call.room, *change); !stored) return std::unexpected(std::move(stored.error()));
  }
  std::vector<StoredSecret> keys = KeysOf(*call.room, change->group);
  if (change->dry_run && change->creates) {
    for (const auto& [key, value] : change->values) keys.push_back({{change->group, key}, snapshot.now});
  }
  net::HttpResponse out =
      Json(OneBody(*call.resource, call.request,
                   SecretObject(call.request.pod_namespace, change->group, keys, snapshot.now), snapshot.version));
  if (change->creates) out.status = 201;
  return out;
}

Answer Remove(Call& call) {
  const std::vector<StoredSecret> keys = KeysOf(*call.room, call.request.name);
  if (keys.empty()) return NoSuch(call.request);
  if (call.request.Param("dryRun") != "All") {
    for (const StoredSecret& key : keys) {
      const Status gone = call.room->deps.secrets.Delete(key.name);
      if (!gone && gone.error().code != Code::kNotFound) return std::unexpected(gone.error());
    }
  }
  return Success(call.request, UidOf(Cat(call.request.pod_namespace, "/", call.request.name)));
}

}  // namespace

asio::awaitable<void> ServeSecret(Call& call) {
  const KubeRequest& request = call.request;
  const bool creates = request.method == "POST";
  if (request.pod_namespace.empty() || creates != request.name.empty()) {
    co_return co_await SendAnswer(call, NotServed(Cat(request.method, " of ", request.path),
                                                  "name the namespace, and the secret that is to change"));
  }
  const auto body = co_await call.exchange.ReadAll(kBodyMax);
  if (!body) co_return co_await SendAnswer(call, std::unexpected(body.error()));
  const Snapshot snapshot = Look(*call.room);
  auto answer = co_await net::Offload(call.room->deps.workers, [&] {
    return request.method == "DELETE" ? Remove(call) : Write(call, *body, snapshot);
  });
  co_await SendAnswer(call, std::move(answer));
}

}  // namespace sandbox::kube
