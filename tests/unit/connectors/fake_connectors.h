#pragma once

// Connector services in memory. Answers wait in a bag, in the order of the calls.

#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sandbox/ports/connectors.h"

namespace sandbox::testing {

// What outlives the process under test.
struct FakeService {
  struct Job {
    AttemptId attempt;
    JobType type;
    bool deleted = false;
    int polls = 0;
  };
  bool away = false;
  std::vector<ConnectorInfo> connectors;
  std::map<std::string, Job> jobs;  // by name
  std::vector<std::string> calls;   // "create", "get job-1" ...
  // How a job is at its nth poll (from 1); by default it runs.
  std::function<Result<JobResource>(const Job&)> state = [](const Job&) -> Result<JobResource> {
    return JobResource{.phase = model::TaskPhase::kRunning};
  };
  std::function<Result<std::string>(const JobRequest&)> refuse;  // instead of creating; may be empty
  std::function<Status(const Job&)> keep;                        // instead of deleting; may be empty

  static Error Away() {
    return {Code::kUnavailable, "CONNECTOR", "rpc error: code = Unavailable desc = gone", SideEffect::kUnknown, {}};
  }
};

// One process's connections.
class FakeConnectors final : public ConnectorClient {
 public:
  explicit FakeConnectors(std::map<std::string, FakeService>& services) : services_(services) {}

  void List(const std::string& address, Done<std::vector<ConnectorInfo>> done) override {
    answers.push_back([this, address, done] {
      FakeService& service = services_.at(address);
      if (service.away) return done(std::unexpected(FakeService::Away()));
      done(service.connectors);
    });
  }
  void Create(const std::string& address, const JobRequest& request, Done<std::string> done) override {
    FakeService& service = services_.at(address);
    if (service.away) return answers.push_back([done] { done(std::unexpected(FakeService::Away())); });
    service.calls.push_back("create");
    if (service.refuse) return answers.push_back([done, answer = service.refuse(request)] { done(answer); });
    const std::string name = Cat("job-", service.jobs.size() + 1);
    service.jobs[name] = {request.id, request.type};
    answers.push_back([done, name] { done(name); });
  }
  void Execute(const std::string& address, const JobRequest& request, Done<JobResource> done) override {
    FakeService& service = services_.at(address);
    if (service.away) return answers.push_back([done] { done(std::unexpected(FakeService::Away())); });
    service.calls.push_back("execute");
    answers.push_back([done, answer = service.state({request.id, request.type})] { done(answer); });
  }
  void Get(const std::string& address, const JobRef& job, Done<JobResource> done) override {
    FakeService& service = services_.at(address);
    if (service.away) return answers.push_back([done] { done(std::unexpected(FakeService::Away())); });
    service.calls.push_back("get " + job.job);
    FakeService::Job& found = service.jobs.at(job.job);
    ++found.polls;
    answers.push_back([done, answer = service.state(found)] { done(answer); });
  }
  void Delete(const std::string& address, const JobRef& job, std::function<void(Status)> done) override {
    FakeService& service = services_.at(address);
    if (service.away) return answers.push_back([done] { done(std::unexpected(FakeService::Away())); });
    service.calls.push_back("delete " + job.job);
    FakeService::Job& found = service.jobs.at(job.job);
    Status answer = service.keep ? service.keep(found) : Status{};
    if (answer) found.deleted = true;
    answers.push_back([done, answer] { done(answer); });
  }

  bool Answer() {
    if (answers.empty()) return false;
    auto answer = std::move(answers.front());
    answers.pop_front();
    answer();
    return true;
  }

  std::deque<std::function<void()>> answers;

 private:
  std::map<std::string, FakeService>& services_;
};

}  // namespace sandbox::testing
