#include "api/local/local_api.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>

namespace sandbox::api {
namespace {

namespace asio = boost::asio;
using nlohmann::json;

constexpr size_t kPieceBytes = 64 * 1024;
constexpr auto kFollowInterval = std::chrono::milliseconds(100);

std::string Decode(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      out += static_cast<char>(std::strtol(std::string(text.substr(i + 1, 2)).c_str(), nullptr, 16));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

struct Target {
  std::string path;
  std::map<std::string, std::string> query;
};

Target Split(std::string_view target) {
  Target out;
  const size_t mark = target.find('?');
  out.path = Decode(target.substr(0, mark));
  if (mark == std::string_view::npos) return out;
  std::string_view rest = target.substr(mark + 1);
  while (!rest.empty()) {
    const size_t end = std::min(rest.find('&'), rest.size());
    const std::string_view pair = rest.substr(0, end);
    const size_t equals = std::min(pair.find('='), pair.size());
    out.query[Decode(pair.substr(0, equals))] = equals < pair.size() ? Decode(pair.substr(equals + 1)) : "";
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return out;
}

int64_t UnixSeconds(Instant instant) {
  return std::chrono::duration_cast<std::chrono::seconds>(instant.time_since_epoch()).count();
}

json PodJson(const model::TaskRecord& task) {
  json out = {
      {"name", task.generated_name},
      {"namespace", task.id.node.execution.Namespace()},
      {"ready", Cat(task.containers_ready, "/", task.containers_total)},
      {"status", task.pod_status},
      {"reason", task.pod_reason},
      {"created_at", UnixSeconds(task.created_at)},
      {"execution", task.id.node.execution.name},
      {"node", task.id.node.node},
      {"attempt", task.id.attempt},
      {"task", task.task.name},
      {"exit_code", nullptr},
  };
  if (task.exit_code) out["exit_code"] = *task.exit_code;
  return out;
}

net::HttpResponse JsonAnswer(unsigned status, const json& body) {
  net::HttpResponse response;
  response.status = status;
  response.headers.Set("Content-Type", "application/json");
  response.body = body.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
  return response;
}

net::HttpResponse NotFoundAnswer(const std::string& message) {
  return JsonAnswer(404, {{"code", 5}, {"message", message}});
}

std::vector<model::TaskRecord> PodsOf(MetadataStore& store, const std::string& pod_namespace) {
  return store.Query([&](MetadataReader& reader) { return reader.ListPods(pod_namespace, 0); });
}

std::string Executions(MetadataStore& store) {
  const size_t unfinished =
      store.Query([](MetadataReader& reader) { return reader.ListUnfinishedExecutions().size(); });
  return unfinished == 0 ? "none running" : Cat(unfinished, " running");
}

// The newest pod of that name; empty namespace: anywhere.
std::optional<model::TaskRecord> FindPod(MetadataStore& store, const std::string& pod_namespace,
                                         const std::string& name) {
  std::optional<model::TaskRecord> found;
  for (model::TaskRecord& task : PodsOf(store, pod_namespace)) {
    if (task.generated_name == name) found = std::move(task);
  }
  return found;
}

// Reads what is in the file beyond `offset`, up to one piece.
std::string ReadPiece(const std::filesystem::path& file, uint64_t offset) {
  std::ifstream in(file, std::ios::binary);
  in.seekg(static_cast<std::streamoff>(offset));
  std::string piece(kPieceBytes, '\0');
  in.read(piece.data(), static_cast<std::streamsize>(piece.size()));
  piece.resize(static_cast<size_t>(std::max<std::streamsize>(in.gcount(), 0)));
  return piece;
}

// Runs blocking work on the pool and comes back to the session's thread.
template <typename F>
asio::awaitable<std::invoke_result_t<F&>> On(asio::any_io_executor pool, F work) {
  const auto run = [](F work) -> asio::awaitable<std::invoke_result_t<F&>> { co_return work(); };
  co_return co_await asio::co_spawn(pool, run(std::move(work)), asio::use_awaitable);
}

asio::awaitable<void> SendLogs(const LocalApiDeps& deps, net::HttpExchange& exchange, const Target target,
                               const std::string name) {
  const auto wanted = target.query.find("namespace");
  const std::string pod_namespace = wanted == target.query.end() ? "" : wanted->second;
  const bool follow = target.query.contains("follow");
  const auto pod =
      co_await On(deps.workers, [&deps, pod_namespace, name] { return FindPod(deps.store, pod_namespace, name); });
  if (!pod) {
    co_await exchange.Send(
        NotFoundAnswer(Cat("no pod ", name, pod_namespace.empty() ? "" : " in namespace " + pod_namespace,
                           "; `sandbox pods` lists them")));
    co_return;
  }
  const std::string where = pod->id.node.execution.Namespace();
  const std::filesystem::path file = deps.logs / where / (name + ".log");
  net::HttpResponse head;
  head.headers.Set("Content-Type", "text/plain; charset=utf-8");
  if (!co_await exchange.Begin(std::move(head), std::nullopt)) co_return;

  uint64_t offset = 0;
  bool ended = !follow;
  while (true) {
    const std::string piece = co_await On(deps.workers, [file, offset] { return ReadPiece(file, offset); });
    if (!piece.empty()) {
      offset += piece.size();
      if (!co_await exchange.Write(piece)) co_return;
      continue;
    }
    if (ended) break;
    // The end is looked at before the next read, so that nothing printed before it is missed.
    const auto now = co_await On(deps.workers, [&deps, where, name] { return FindPod(deps.store, where, name); });
    ended = !now || IsTerminal(now->phase);
    if (ended) continue;
    asio::steady_timer pause(co_await asio::this_coro::executor, kFollowInterval);
    co_await pause.async_wait(asio::use_awaitable);
  }
  co_await exchange.End();
}

asio::awaitable<void> Handle(const LocalApiDeps& deps, net::HttpExchange& exchange) {
  const Target target = Split(exchange.Request().target);
  if (exchange.Request().method != "GET") {
    co_await exchange.Send(JsonAnswer(405, {{"code", 12}, {"message", "only GET"}}));
  } else if (target.path == "/sandbox/v1/status") {
    const std::string executions = co_await On(deps.workers, [&deps] { return Executions(deps.store); });
    co_await exchange.Send(
        JsonAnswer(200, {{"state", "running"}, {"docker", deps.engine_state()}, {"executions", executions}}));
  } else if (target.path == "/sandbox/v1/pods") {
    const auto wanted = target.query.find("namespace");
    const std::string pod_namespace = wanted == target.query.end() ? "" : wanted->second;
    json list = json::array();
    for (const model::TaskRecord& task :
         co_await On(deps.workers, [&deps, pod_namespace] { return PodsOf(deps.store, pod_namespace); }))
      list.push_back(PodJson(task));
    co_await exchange.Send(JsonAnswer(200, {{"pods", list}}));
  } else if (target.path.starts_with("/sandbox/v1/logs/")) {
    co_await SendLogs(deps, exchange, target, target.path.substr(std::string_view("/sandbox/v1/logs/").size()));
  } else {
    co_await exchange.Send(
        NotFoundAnswer("no such path; known: /sandbox/v1/status, /sandbox/v1/pods, /sandbox/v1/logs/POD"));
  }
}

}  // namespace

net::HttpHandler MakeLocalApi(LocalApiDeps deps) {
  auto shared = std::make_shared<const LocalApiDeps>(std::move(deps));
  return [shared](net::HttpExchange& exchange) -> asio::awaitable<void> { return Handle(*shared, exchange); };
}

}  // namespace sandbox::api
