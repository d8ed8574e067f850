#pragma once

// A runner whose engine says what a test wants.

#include <unistd.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "docker/fake_engine.h"
#include "docker/manual_time.h"
#include "runner/docker_runner.h"
#include "sandbox/base/names.h"
#include "support/thread_workers.h"

namespace sandbox::runner {

struct Outage {
  explicit Outage(bool podman = false)
      : folder(std::filesystem::temp_directory_path() / Cat("sandbox-outage-", ::getpid())),
        engine(loop, folder / "d.sock",
               [this](const std::string& call, const std::string& body) { return AnswerTo(call, body); }) {
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    DockerRunnerOptions options;
    options.engine.socket_path = folder / "d.sock";
    options.podman = podman;
    options.instance = "i1";
    options.log_dir = folder / "logs";
    runner = std::make_unique<DockerRunner>(loop.get_executor(), time, time, workers, options);
    runner->OnReport([this](PodReport report) { reports.push_back(std::move(report)); });
    pod.id = {{{"p", "d", "e1"}, "n0"}, 0};
    pod.name = GeneratedName(pod.id);
    pod.pod_namespace = "p-d";
    pod.containers.push_back({.name = pod.name, .image = "busybox"});
  }
  ~Outage() {
    runner.reset();
    loop.restart();
    loop.run_for(std::chrono::milliseconds(200));
    std::filesystem::remove_all(folder);
  }

  std::optional<std::string> AnswerTo(const std::string& call, const std::string& body) {
    if (override_answer) {
      if (auto special = override_answer(call, body)) return *special;
    }
    if (call.find("/_ping") != std::string::npos) return Reply(200, "OK");
    if (call.find("/containers/create") != std::string::npos) {
      if (created) return Reply(409, R"({"message":"name taken"})");
      created = true;
      return Reply(201, R"({"Id":"c1"})");
    }
    if (call.find("/attach") != std::string::npos) {
      // Payload right behind the header, in one piece.
      return std::string("HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n") + attach_output;
    }
    if (call.find("/logs") != std::string::npos)
      return "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nb\r\n" + std::string("\1\0\0\0\0\0\0\3hi\n", 11) +
             "\r\n0\r\n\r\n";
    if (call.find("/start") != std::string::npos) return started = true, "HTTP/1.1 204 No Content\r\n\r\n";
    if (call.find("/wait") != std::string::npos) return Reply(200, R"({"StatusCode":0})");
    if (call.starts_with("DELETE")) return created = false, "HTTP/1.1 204 No Content\r\n\r\n";
    if (call.ends_with("/json"))
      return created ? Reply(200, Inspect()) : Reply(404, R"({"message":"no such container"})");
    return Reply(500, "{}");
  }
  std::string Inspect() const {
    return Cat(R"({"Id":"c1","Name":"/x","State":{"Status":")", started ? "exited" : "created",
               R"(","Running":false,"ExitCode":)", exit_code, R"(,"StartedAt":")",
               started ? "2026-01-02T03:04:05.5Z" : "0001-01-01T00:00:00Z",
               R"(","FinishedAt":"2026-01-02T03:04:06Z"},"Config":{"Labels":{"sandbox.instance":"i1","sandbox.pod":")",
               pod.name, R"("}}})");
  }
  void Until(std::function<bool()> condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!condition()) {
      if (std::chrono::steady_clock::now() > deadline)
        FAIL("it did not happen; calls: " << Catch::Detail::stringify(engine.calls));
      Settle();
      if (condition()) return;
      time.Advance(time.Next().value_or(Duration::zero()));
      // The client has timers of its own.
      loop.restart();
      loop.run_one_for(std::chrono::milliseconds(1));
    }
  }
  // All that can happen while no time passes: both ends of every connection are here.
  void Settle() {
    do loop.restart();
    while (loop.poll() > 0);
  }
  void Pass(Duration left) {
    for (Settle(); left > Duration::zero(); Settle()) {
      const Duration step = std::min(left, std::max(time.Next().value_or(left), Duration(1)));
      time.Advance(step);
      left -= step;
    }
  }
  bool Finished() const { return !reports.empty() && reports.back().state == PodState::kFinished; }
  std::string LogText() const {
    std::ifstream in(PodLogPath(folder / "logs", "p-d", pod.name));
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
  }
  size_t Calls(const std::string& what) const {
    return static_cast<size_t>(std::count_if(engine.calls.begin(), engine.calls.end(), [&](const std::string& each) {
      return each.find(what) != std::string::npos;
    }));
  }

  ManualTime time;
  boost::asio::io_context loop;
  std::filesystem::path folder;
  bool created = false;
  bool started = false;
  int exit_code = 0;
  std::string attach_output = std::string("\1\0\0\0\0\0\0\3hi\n", 11);
  // The outer nullopt: as usual. The inner one: cut.
  std::function<std::optional<std::optional<std::string>>(const std::string&, const std::string&)> override_answer;
  FakeEngine engine;
  testing::ThreadWorkers workers;
  std::unique_ptr<DockerRunner> runner;
  std::vector<PodReport> reports;
  PodSpec pod;
};

}  // namespace sandbox::runner
